import { withKey, type RememberedKey } from "../../../topology";
import type { KeyChange } from "../../engine/results";
import {
  aliasesOf,
  findKey,
  keyIdOf,
  keyName,
  placeOf,
  stacksOf,
  type ChangeableFoundation,
} from "./foundation";
import { restoreGuard } from "./guard";
import { isGone, isMissing, refused } from "./refusals";

/**
 * Cancels a scheduled deletion, regardless of who scheduled it: the key is kept, guarded, with its alias, and recorded
 * as retired; a synthesis makes it active if its place is in the topology. Each step checks the state first,
 * so that the same command finishes an interrupted one.
 * @param enable whether KMS enables the key immediately; it is disabled after a cancelled deletion
 */
export async function cancelDeletion(
  foundation: ChangeableFoundation,
  key: RememberedKey,
  enable: boolean,
): Promise<KeyChange> {
  const topology = foundation.locked.topology.name;
  const life = foundation.deployer.keyLife(placeOf(foundation, key));
  const found = await findKey(life, key);
  if (found === undefined) return refused(topology, [key.state === "deleted" ? isGone(key) : isMissing(key)]);

  const done: string[] = [];
  const notes: string[] = [];
  if (found.state === "PendingDeletion") {
    await life.cancelDeletion(found.arn);
    done.push(`deletion of ${found.arn} cancelled`);
  }
  const isDisabled = found.state === "PendingDeletion" || found.state === "Disabled";
  if (enable && isDisabled) {
    await life.enable(found.arn);
    done.push("key enabled");
  }
  await restoreGuard(life, found.arn, done);
  for (const alias of aliasesOf(foundation, key)) {
    if (await life.createAlias(alias, found.arn)) done.push(`${alias} created again`);
    else if ((await life.aliases()).get(found.arn)?.includes(alias) !== true)
      notes.push(`${alias} names another key there, and was not changed`);
  }
  if (key.state === "deleted") {
    const record = { state: "retired", keyId: keyIdOf(found) } as const;
    foundation.remember((lock) => withKey(lock, topology, key, record));
    done.push("recorded as retired in the lock file");
  }
  if (isDisabled && !enable && key.state !== "disabled")
    notes.push(
      `${keyName(key)} is disabled until the next deploy of ${stacksOf(foundation, key)}, which enables it; --enable does so immediately`,
    );
  return { topology, done, notes, refusals: [] };
}
