import { hasDeletionGuard, withDeletionGuard } from "../../../policy";
import type { KeyLifePort } from "../../aws";

/**
 * Makes sure that a key's policy denies scheduling its deletion to every principal, also for a key that is pending
 * deletion: after a cancellation the key is guarded again.
 * @param done called if the guard was missing
 */
export async function restoreGuard(life: KeyLifePort, arn: string, done: string[]): Promise<void> {
  const policy = await life.policy(arn);
  if (hasDeletionGuard(policy)) return;
  await life.putPolicy(arn, withDeletionGuard(policy));
  done.push("the guard against deletion is in the key policy again");
}
