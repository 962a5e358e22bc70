import { hasDeletionGuard } from "../../../policy";
import type { Place, RememberedKey } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import type { KeyStatus } from "../../engine/results";
import { DEPLOY } from "../facts";
import { check, type Finding } from "../../engine/finding";
import { unfit } from "./key-state";

const say = check("foundation-keys");

/** What the doctor needs to know about a key of the foundation. */
export interface KeyToCheck {
  /** `prod/eu-central-1/home` */
  readonly name: string;
  readonly key: RememberedKey;
  readonly place: Place;
  /** Another check has already reported that it cannot be used. */
  readonly isReported: boolean;
}

/**
 * Whether a key of the topology can be used, and whether its policy denies scheduling its deletion. A key that does not exist yet is
 * reported by the check of the copies that need it.
 */
export async function checkActiveKey(
  { aws }: ReadContext,
  { name, key, place, isReported }: KeyToCheck,
): Promise<readonly Finding[]> {
  const keys = aws.keys(place);
  const looked = await say.looking(name, async () => {
    const found = await keys.describeKey(key.alias);
    return found === undefined ? undefined : { found, policy: await keys.keyPolicy(found.arn) };
  });
  if ("finding" in looked) return [looked.finding];
  if (looked.value === undefined) return [];
  const { found, policy } = looked.value;
  const problem = unfit(found, key.account);
  const guard = guardFinding(name, key.account, found.arn, hasDeletionGuard(policy));
  if (problem === undefined) return [say.passed(name, `${found.arn} is enabled`), guard];
  if (isReported) return [guard];
  return [say.failed(name, `${found.arn} ${problem.what}`, problem.fix, key.account), guard];
}

/** Findings about a key whose place has left the topology; `status` was read with the account's deploy role. */
export function checkFormerKey(status: KeyStatus): readonly Finding[] {
  const { name, state, account, region, alias, found, unseen } = status;
  if (found === undefined) {
    if (unseen.length > 0)
      return [
        say.unknown(
          name,
          unseen.join("; "),
          `let the deploy role of account ${account} read it, or forget the account: keyferry keys forget ${account}`,
          account,
        ),
      ];
    if (state === "deleted") return [];
    if (status.unconfirmed === true)
      return [
        say.passed(
          name,
          `${alias} in ${account} ${region} does not exist: the deployment that should have created it did not end normally`,
          `the next deployment removes it from the lock file if Terraform's state does not have it either: ${DEPLOY}`,
        ),
      ];
    return [
      say.failed(
        name,
        `${alias} in ${account} ${region} does not exist, although the key is ${state} in the lock file: it was never deployed, or it lost its alias, or it was deleted with everything encrypted under it`,
        `if no deployment has created it: keyferry keys forget ${name}; otherwise look for ScheduleKeyDeletion and DeleteAlias in the trail of account ${account}, and create the alias again`,
        account,
      ),
    ];
  }
  const guard = guardFinding(name, account, found.arn, found.isGuarded);
  if (found.deletionDate !== undefined) {
    const what = `${found.arn} is PendingDeletion: KMS deletes it at ${found.deletionDate}, and everything encrypted under it is lost`;
    const fix = `to keep it, before then run keyferry keys cancel-deletion ${name} (CancelKeyDeletion in account ${account})`;
    // Not a failure if the user requested the deletion.
    return state === "deleted"
      ? [say.passed(name, what, fix)]
      : [say.failed(name, what, fix, account), guard];
  }
  const counts = status.under.map(({ kind, users }) => `${kind}: ${users.length}`).join(", ");
  const under = counts === "" ? "nothing" : counts;
  const isDisabled = found.state === "Disabled" && state !== "disabled";
  return [
    isDisabled
      ? say.failed(
          name,
          `${found.arn} is Disabled, although it is ${state} in the lock file; used by: ${under}`,
          `deploy the foundation to enable it: ${DEPLOY}`,
          account,
        )
      : say.passed(name, `${found.arn} is ${state}, ${found.state} in KMS; used by: ${under}`),
    guard,
  ];
}

function guardFinding(name: string, account: string, arn: string, isGuarded: boolean): Finding {
  return isGuarded
    ? say.passed(name, `the policy of ${arn} denies scheduling its deletion`)
    : say.failed(
        name,
        `the policy of ${arn} does not deny its deletion: every principal with kms:ScheduleKeyDeletion in account ${account} can delete it`,
        `deploy the foundation: ${DEPLOY}`,
        account,
      );
}
