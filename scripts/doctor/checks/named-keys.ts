import type { NamedKey } from "../../../topology";
import { check, type Finding } from "../../engine/finding";
import type { KeyStatus } from "../../engine/results";
import { DEPLOY } from "../facts";
import { checkFormerKey } from "./foundation-keys";

const say = check("foundation-keys");

/** The part of a declaration that is checked; the key of buckets has no more. */
type Declared = Pick<NamedKey, "enabled" | "sharedWith">;

/** Whether a key that the topology names, or the key of its buckets, can be used as declared; `status` was read with the account's deploy role. */
export function checkNamedKey(status: KeyStatus, key: Declared): readonly Finding[] {
  return [...stateFindings(status, key), ...sharingFindings(status.name, key)];
}

/** The limits of sharing with an organisation. Source: EC2 API reference, ModifySnapshotAttribute, ModifyImageAttribute. */
function sharingFindings(name: string, { sharedWith }: Declared): readonly Finding[] {
  if (sharedWith === undefined || !sharedWith.viaServices.includes("ec2")) return [];
  const { organization, organizationalUnits } = sharedWith;
  if (organization === undefined && organizationalUnits.length === 0) return [];
  const whom = organization ?? organizationalUnits.join(", ");
  return [
    say.passed(
      name,
      `it is shared with ${whom}, whose accounts can launch from images that are also shared with it; snapshots can be shared only with single accounts, also for copies`,
      "share each snapshot with the id of each account that copies it; use launchGrants for Auto Scaling of an account",
    ),
  ];
}

function stateFindings(status: KeyStatus, { enabled }: Declared): readonly Finding[] {
  const { name, account, region, alias, found, unseen } = status;
  if (found === undefined && status.awaitsPrimary === true) {
    const what = `${alias} in ${account} ${region} does not exist yet: KMS replicates the primary key only after its key material is imported`;
    const fix = `keyferry keys import ${name} --material FILE, which imports into the primary key; then ${DEPLOY}, and run the import again`;
    return [say.failed(name, what, fix, account)];
  }
  if (found === undefined && unseen.length === 0) {
    const what = `${alias} in ${account} ${region} does not exist yet`;
    return [say.failed(name, what, `deploy the foundation: ${DEPLOY}`, account)];
  }
  if (found?.state === "PendingImport") {
    const what = `${found.arn} has no key material, so nothing can be encrypted or decrypted with it`;
    return [say.failed(name, what, `keyferry keys import ${name} --material FILE`, account)];
  }
  if (found?.state === "Disabled" && !enabled) {
    return [say.passed(name, `${found.arn} is disabled, as the topology declares it`)];
  }
  return checkFormerKey(status);
}
