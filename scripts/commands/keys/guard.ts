import { hasDeletionGuard, withDeletionGuard } from "../../../policy";
import type { KeyLifePort } from "../../aws";

/**
 * Makes sure that a key's policy keeps everybody from scheduling its deletion, a key that is pending deletion included:
 * whoever cancels that has a guarded key again.
 * @param done told where the guard was missing
 */
export async function restoreGuard(life: KeyLifePort, arn: string, done: string[]): Promise<void> {
  const policy = await life.policy(arn);
  if (hasDeletionGuard(policy)) return;
  await life.putPolicy(arn, withDeletionGuard(policy));
  done.push("the guard against deletion is in the key policy again");
}
