import type { NamedKey } from "../../../topology";
import { check, type Finding } from "../../engine/finding";
import type { KeyStatus } from "../../engine/results";
import { DEPLOY } from "../facts";
import { checkFormerKey } from "./foundation-keys";

const say = check("foundation-keys");

/** Whether a key that the topology names, or the key of its buckets, can be used as it is declared; `status` comes from the account's deploy role. */
export function checkNamedKey(status: KeyStatus, { enabled }: Pick<NamedKey, "enabled">): readonly Finding[] {
  const { name, account, region, alias, found, unseen } = status;
  if (found === undefined && unseen.length === 0) {
    const what = `${alias} in ${account} ${region} names no key yet`;
    return [say.failed(name, what, `deploy the foundation: ${DEPLOY}`, account)];
  }
  if (found?.state === "PendingImport") {
    const what = `${found.arn} has no key material, so nothing can be encrypted or read under it`;
    return [say.failed(name, what, `keyferry keys import ${name} --material FILE`, account)];
  }
  if (found?.state === "Disabled" && !enabled) {
    return [say.passed(name, `${found.arn} is disabled, as the topology declares it`)];
  }
  return checkFormerKey(status);
}
