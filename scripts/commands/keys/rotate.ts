import type { RememberedKey } from "../../../topology";
import { isAwsError, type KeyMaterialEntry } from "../../aws";
import type { Refusal } from "../../engine/errors";
import type { KeyChange } from "../../engine/results";
import { findKey, keyName, placeOf, type Foundation } from "./foundation";
import { isGone, isMissing, refused } from "./refusals";

/** On-demand rotations of one key in its lifetime. Source: KMS API reference, RotateKeyOnDemand. */
export const ON_DEMAND_ROTATIONS = 25;

/**
 * Rotates a key now: later data is encrypted under new key material, and everything before stays readable. For a
 * multi-Region key the primary key is rotated, and its replicas with it. The same command changes nothing while a rotation is in
 * progress.
 * @param confirm asks with the remaining quota
 */
export async function rotateKey(
  foundation: Foundation,
  key: RememberedKey,
  confirm: (arn: string, left: number) => Promise<boolean>,
): Promise<KeyChange> {
  const topology = foundation.locked.topology.name;
  const place = placeOf(foundation, key);
  const found = await findKey(foundation.deployer.keyLife(place), key);
  if (found === undefined) return refused(topology, [key.state === "deleted" ? isGone(key) : isMissing(key)]);
  const region = found.primaryRegion ?? key.region;
  const arn = found.arn.replace(`:${key.region}:`, `:${region}:`);
  const rotation = foundation.deployer.keyRotation({ ...place, region });
  const stateProblem = whyNotInState(key, found.state);
  if (stateProblem !== undefined) return refused(topology, [stateProblem]);
  const [status, materials] = await Promise.all([rotation.status(arn), rotation.materials(arn)]);
  if (status.onDemandStarted !== undefined) return inProgress(topology, arn, status.onDemandStarted);
  const used = materials.filter(({ type }) => type === "ON_DEMAND").length;
  const problem = whyNot(key, found.imported === true, used, materials);
  if (problem !== undefined) return refused(topology, [problem]);
  if (!(await confirm(arn, ON_DEMAND_ROTATIONS - used))) {
    return refused(topology, [{ subject: keyName(key), what: "not confirmed" }]);
  }
  try {
    await rotation.rotateOnDemand(arn);
  } catch (error) {
    // An earlier response was lost, or KMS's own rotation is due within minutes.
    if (!isAwsError(error, "ConflictException")) throw error;
    return inProgress(topology, arn, undefined);
  }
  return {
    topology,
    done: [`${arn}: rotation started, ${used + 1} of ${ON_DEMAND_ROTATIONS} on demand`],
    notes: [
      "KMS completes it within a few minutes: keyferry keys status shows it",
      "nothing is re-encrypted: what was encrypted before stays under the former key material; to replace a key, declare its next generation",
    ],
    refusals: [],
  };
}

function inProgress(topology: string, arn: string, since: string | undefined): KeyChange {
  const when = since === undefined ? "" : `, since ${since}`;
  return {
    topology,
    done: [],
    notes: [`${arn}: a rotation is in progress, or about to begin${when}`],
    refusals: [],
  };
}

function whyNotInState(key: RememberedKey, state: string): Refusal | undefined {
  const subject = keyName(key);
  const { account } = key;
  if (state === "Enabled") return undefined;
  const fixes: Readonly<Record<string, string>> = {
    Disabled: `enable it first: keyferry keys enable ${subject}, or enabled: true in the topology`,
    PendingDeletion: `cancel its deletion first: keyferry keys cancel-deletion ${subject}`,
    PendingImport: `import its material first: keyferry keys import ${subject} --material FILE`,
  };
  const fix = fixes[state] ?? "wait until it is Enabled";
  return { subject, what: `it is ${state} in KMS, and only an enabled key can be rotated`, fix, account };
}

function whyNot(
  key: RememberedKey,
  isImported: boolean,
  used: number,
  materials: readonly KeyMaterialEntry[],
): Refusal | undefined {
  const subject = keyName(key);
  const { account } = key;
  if (used >= ON_DEMAND_ROTATIONS) {
    return {
      subject,
      what: `it has been rotated on demand ${used} times, which is the maximum that KMS allows for a key`,
      fix: "enable automatic rotation (rotationPeriodInDays, from 90 days), or declare its next generation",
      account,
    };
  }
  if (!isImported || materials.some(({ state }) => state === "PENDING_ROTATION")) return undefined;
  const isPartly = materials.some(({ state }) => state === "PENDING_MULTI_REGION_IMPORT_AND_ROTATION");
  return {
    subject,
    what: isPartly
      ? "its new key material is not in every replica yet"
      : "its key material is imported, and there is no new material to rotate to",
    fix: `keyferry keys import ${subject} --material FILE --for-rotation imports it`,
    account,
  };
}
