import { withoutKey, type RememberedKey } from "../../../topology";
import { isAwsError } from "../../aws";
import type { KeyChange } from "../../engine/results";
import { findKey, keyName, placeOf, stacksOf, type ChangeableFoundation } from "./foundation";
import { isActive, refused } from "./refusals";

/**
 * Removes a key from the lock file that does not exist in AWS: its place left the topology before it was deployed, or it
 * was deleted permanently. A key that exists, or whose account cannot be read, is never removed.
 * @param confirm asks with the records that will be removed
 */
export async function forgetKey(
  foundation: ChangeableFoundation,
  key: RememberedKey,
  confirm: (lost: readonly string[]) => Promise<boolean>,
): Promise<KeyChange> {
  const topology = foundation.locked.topology.name;
  const subject = keyName(key);
  if (key.state === "active") return refused(topology, [isActive(key, "forget")]);
  const { account, region, alias, keyId } = key;
  try {
    const found = await findKey(foundation.deployer.keyLife(placeOf(foundation, key)), key);
    if (found !== undefined) {
      const what = `${found.arn} exists, ${found.state} in KMS: without its record Keyferry would no longer manage it`;
      const fix = `keyferry keys delete ${subject} deletes it once nothing uses it`;
      return refused(topology, [{ subject, what, fix }]);
    }
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const what = `Keyferry could not check whether it exists: ${error.message}`;
    const fix = `let the deploy role of account ${account} read it; if the account is lost: keyferry keys forget ${account}`;
    return refused(topology, [{ subject, what, fix, account }]);
  }
  const lost = `${subject} (${key.state}): ${keyId ?? alias} names no key in ${account} ${region}`;
  if (!(await confirm([lost]))) return refused(topology, [{ subject, what: "not confirmed" }]);
  foundation.remember((lock) => withoutKey(lock, topology, key));
  return {
    topology,
    done: [`${subject} is removed from the lock file`],
    notes: [`commit the lock file; the next deploy of ${stacksOf(foundation, key)} does not create this key`],
    refusals: [],
  };
}
