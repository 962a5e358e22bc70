import { withKey, type RememberedKey } from "../../../topology";
import type { KeyUser } from "../../aws";
import type { KeyChange } from "../../engine/results";
import { findKey, keyName, placeOf, stacksOf, type ChangeableFoundation } from "./foundation";
import { proveUnused } from "./prove-unused";
import { isActive, isGone, isMissing, refused } from "./refusals";

/**
 * Marks a retired key so that the next deploy disables it: anything that still needs the key then fails while that can be
 * undone. Refused while the key is in use.
 */
export async function disableKey(foundation: ChangeableFoundation, key: RememberedKey): Promise<KeyChange> {
  const topology = foundation.locked.topology.name;
  if (key.state === "active") return refused(topology, [isActive(key, "disable")]);
  if (key.state === "deleted") return refused(topology, [isOnItsWayOut(key)]);
  const found = await findKey(foundation.deployer.keyLife(placeOf(foundation, key)), key);
  if (found === undefined) return refused(topology, [isMissing(key)]);
  const proof = await proveUnused(foundation, key, found.arn, { isIgnored: isOwnGrant(foundation) });
  const inUse = new Set(proof.evidence.filter(({ users }) => users.length > 0).map(({ kind }) => kind));
  if (inUse.size > 0) {
    return refused(
      topology,
      proof.refusals.filter(({ kind }) => inUse.has(kind)),
    );
  }
  const unseen = proof.refusals.map(({ what }) => what);
  return remembered(foundation, key, "disabled", unseen);
}

/** Grants of the topology's `launchGrants`: only the deployment that disables the key retires them. */
function isOwnGrant({ locked }: ChangeableFoundation): (user: KeyUser) => boolean {
  const prefix = `keyferry/${locked.topology.name}/`;
  return ({ grant }) => grant?.name?.startsWith(prefix) === true;
}

/** Marks a disabled key so that the next deploy enables it, except a key with imported material, which no deployment can enable after that expired. */
export async function enableKey(foundation: ChangeableFoundation, key: RememberedKey): Promise<KeyChange> {
  if (key.state === "deleted") return refused(foundation.locked.topology.name, [isOnItsWayOut(key)]);
  if (key.state !== "disabled") return { ...refused(foundation.locked.topology.name, []) };
  if (key.imported !== true) return remembered(foundation, key, "retired", []);
  const life = foundation.deployer.keyLife(placeOf(foundation, key));
  const found = await findKey(life, key);
  if (found === undefined) return refused(foundation.locked.topology.name, [isMissing(key)]);
  const { done, ...change } = remembered(foundation, key, "retired", []);
  if (found.state !== "Disabled") return { done, ...change };
  await life.enable(found.arn);
  return { ...change, done: [...done, `${found.arn} is enabled`], notes: [] };
}

function remembered(
  foundation: ChangeableFoundation,
  key: RememberedKey,
  state: "disabled" | "retired",
  notes: readonly string[],
): KeyChange {
  const topology = foundation.locked.topology.name;
  if (key.state === state) return { topology, done: [], notes, refusals: [] };
  foundation.remember((lock) => withKey(lock, topology, key, { state }));
  return {
    topology,
    done: [`${keyName(key)} is ${state} in the lock file`],
    notes: [
      ...notes,
      `nothing has changed in AWS yet: commit the lock file and deploy ${stacksOf(foundation, key)}, which ${state === "disabled" ? "disables" : "enables"} the key`,
    ],
    refusals: [],
  };
}

function isOnItsWayOut(key: RememberedKey) {
  return key.keyId === undefined
    ? isGone(key)
    : {
        subject: keyName(key),
        what: "its deletion was scheduled",
        fix: `keyferry keys cancel-deletion ${keyName(key)}`,
      };
}
