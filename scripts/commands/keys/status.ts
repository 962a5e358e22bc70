import { declaredKey, namedKeyOf, type RememberedKey } from "../../../topology";
import { isAwsError } from "../../aws";
import type { KeyDetails, KeyRotationDetails } from "../../engine/results";
import { findKey, generationOf, placeOf, type Foundation } from "./foundation";
import { lookAtKey } from "./list";

/** One key with everything that is known about it. Reads only; what AWS denies access to is reported with the reason. */
export async function keyDetails(foundation: Foundation, key: RememberedKey): Promise<KeyDetails> {
  const status = await lookAtKey(foundation, key);
  const named = namedKeyOf(key.purpose);
  const generation = generationOf(key);
  const declared = declaredKey(foundation.locked.topology, key.account, key.region, named?.name);
  const isShared = key.state === "active" || key.state === "retired";
  const shared = isShared ? declared?.sharedWith : undefined;
  const details: KeyDetails = {
    topology: foundation.locked.topology.name,
    ...status,
    ...(generation === undefined
      ? {}
      : { name: generation.name, generation: generation.number, isCurrent: generation.isCurrent }),
    ...(key.primaryRegion === undefined ? {} : { primaryRegion: key.primaryRegion }),
    ...(key.imported === true ? { imported: true } : {}),
    ...(shared === undefined ? {} : { sharedWith: shared }),
    launchGrants: (isShared ? (declared?.launchGrants ?? []) : []).map(({ account, grantee }) => ({
      account: account.id,
      ...grantee,
    })),
  };
  if (status.found === undefined) return details;
  try {
    return { ...details, rotation: await rotationOf(foundation, key) };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { ...details, unseen: [...details.unseen, error.message] };
  }
}

/** For a multi-Region key, the values of its primary key: they are the same for all. */
async function rotationOf(
  foundation: Foundation,
  key: RememberedKey,
): Promise<KeyRotationDetails | undefined> {
  const place = placeOf(foundation, key);
  const found = await findKey(foundation.deployer.keyLife(place), key);
  if (found === undefined) return undefined;
  const region = found.primaryRegion ?? key.region;
  const arn = found.arn.replace(`:${key.region}:`, `:${region}:`);
  const port = foundation.deployer.keyRotation({ ...place, region });
  const [status, materials] = await Promise.all([port.status(arn), port.materials(arn)]);
  return { ...status, materials };
}
