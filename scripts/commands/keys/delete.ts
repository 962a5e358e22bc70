import { hasDeletionGuard, withoutDeletionGuard } from "../../../policy";
import { withKey, type RememberedKey } from "../../../topology";
import type { KeyLife, KeyLifePort, KeyUseKind } from "../../aws";
import type { KeyChange, UnusedProof } from "../../engine/results";
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
import { proveUnused } from "./prove-unused";
import { isGone, isMissing, refused, isActive } from "./refusals";

export interface DeleteKeyRequest {
  readonly key: RememberedKey;
  /** 7 to 30 days for which the deletion can be cancelled. Source: KMS API reference, ScheduleKeyDeletion. */
  readonly windowDays: number;
  /** Kinds of users that are not searched for. */
  readonly withoutProofOf: readonly KeyUseKind[];
  /** Asks whether to delete the key, after proving that nothing uses it. */
  confirm(found: KeyLife, proof: UnusedProof): Promise<boolean>;
}

/**
 * The only command that deletes a key: proves that nothing uses it, lifts the guard of its policy for one call,
 * schedules the deletion, and records it. Each step checks the state first, so that the same command finishes an
 * interrupted one: the id is recorded before the alias is deleted, by which the key would be found otherwise.
 */
export async function deleteKey(
  foundation: ChangeableFoundation,
  { key, windowDays, withoutProofOf, confirm }: DeleteKeyRequest,
): Promise<KeyChange> {
  const topology = foundation.locked.topology.name;
  if (key.state === "active") return refused(topology, [isActive(key, "delete")]);
  const life = foundation.deployer.keyLife(placeOf(foundation, key));
  const found = await findKey(life, key);
  if (found === undefined) return refused(topology, [key.state === "deleted" ? isGone(key) : isMissing(key)]);

  const done: string[] = [];
  let { deletionDate } = found;
  if (found.state !== "PendingDeletion") {
    const proof = await proveUnused(foundation, key, found.arn, { skipped: withoutProofOf });
    if (proof.refusals.length > 0) {
      // An earlier attempt may have stopped while the guard was lifted.
      await restoreGuard(life, found.arn, done);
      return { ...refused(topology, proof.refusals), done };
    }
    if (!(await confirm(found, proof))) {
      return refused(topology, [{ subject: keyName(key), what: "not confirmed" }]);
    }
    await scheduleDeletion(life, found.arn, windowDays);
    deletionDate = (await life.describe(found.arn))?.deletionDate;
    done.push(`deletion of ${found.arn} scheduled for ${deletionDate ?? `${windowDays} days from now`}`);
  }
  await restoreGuard(life, found.arn, []);
  if (key.state !== "deleted") {
    const record = { state: "deleted", keyId: keyIdOf(found) } as const;
    foundation.remember((lock) => withKey(lock, topology, key, record));
    done.push("recorded as deleted in the lock file");
  }
  const named = (await life.aliases()).get(found.arn) ?? [];
  for (const alias of aliasesOf(foundation, key).filter((one) => named.includes(one))) {
    await life.deleteAlias(alias);
    done.push(`${alias} deleted`);
  }
  return {
    topology,
    done,
    notes: [
      `until ${deletionDate ?? "KMS deletes it"}, cancel with: keyferry keys cancel-deletion ${keyName(key)}`,
      `commit the lock file; the next deploy of ${stacksOf(foundation, key)} removes the key from Terraform's state`,
    ],
    refusals: [],
  };
}

/** The guard is lifted for this one call; if KMS refuses the call, the guard is restored. */
async function scheduleDeletion(life: KeyLifePort, arn: string, days: number): Promise<void> {
  const policy = await life.policy(arn);
  if (hasDeletionGuard(policy)) await life.putPolicy(arn, withoutDeletionGuard(policy));
  try {
    await life.scheduleDeletion(arn, days);
  } catch (error) {
    await restoreGuard(life, arn, []);
    throw error;
  }
}
