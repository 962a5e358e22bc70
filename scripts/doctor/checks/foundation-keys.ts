import { hasDeletionGuard } from "../../../policy";
import type { Place, RememberedKey } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import type { KeyStatus } from "../../engine/results";
import { DEPLOY } from "../facts";
import { check, type Finding } from "../../engine/finding";
import { unfit } from "./key-state";

const say = check("foundation-keys");

/** What the doctor needs of a key of the foundation. */
export interface KeyToCheck {
  /** `prod/eu-central-1/home` */
  readonly name: string;
  readonly key: RememberedKey;
  readonly place: Place;
  /** Another check has said already that it cannot be used. */
  readonly isTold: boolean;
}

/**
 * Whether a key that the topology uses can be used, and whether its policy keeps everybody from scheduling its deletion.
 * A key that does not exist yet is told by the check of the copies that need it.
 */
export async function checkActiveKey(
  { aws }: ReadContext,
  { name, key, place, isTold }: KeyToCheck,
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
  if (isTold) return [guard];
  return [say.failed(name, `${found.arn} ${problem.what}`, problem.fix, key.account), guard];
}

/** What is to be known of a key whose place has left the topology; `status` comes from the account's deploy role. */
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
          `${alias} in ${account} ${region} names no key: the deployment that was to make it was not seen to end`,
          `the next deployment forgets it where Terraform has none either: ${DEPLOY}`,
        ),
      ];
    return [
      say.failed(
        name,
        `${alias} in ${account} ${region} names no key, though the lock file knows it as ${state}: it was never deployed, or has lost its alias, or is deleted, with what was under it`,
        `where no deployment has made it: keyferry keys forget ${name}; otherwise look for it in the trail of account ${account} (ScheduleKeyDeletion, DeleteAlias), and give it its alias again`,
        account,
      ),
    ];
  }
  const guard = guardFinding(name, account, found.arn, found.isGuarded);
  if (found.deletionDate !== undefined) {
    const what = `${found.arn} is PendingDeletion: KMS deletes it at ${found.deletionDate}, and then everything encrypted under it is lost`;
    const fix = `until then keyferry keys cancel-deletion ${name} cancels it (CancelKeyDeletion in account ${account})`;
    // Where the user asked for it, it is no fault.
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
          `${found.arn} is Disabled, though the lock file has it as ${state}; with ${under} under it`,
          `deploy the foundation, which enables it: ${DEPLOY}`,
          account,
        )
      : say.passed(name, `${found.arn} is ${state}, ${found.state} in KMS; with ${under} under it`),
    guard,
  ];
}

function guardFinding(name: string, account: string, arn: string, isGuarded: boolean): Finding {
  return isGuarded
    ? say.passed(name, `the policy of ${arn} keeps everybody from scheduling its deletion`)
    : say.failed(
        name,
        `the policy of ${arn} lets whoever may call kms:ScheduleKeyDeletion in account ${account} destroy it`,
        `deploy the foundation: ${DEPLOY}`,
        account,
      );
}
