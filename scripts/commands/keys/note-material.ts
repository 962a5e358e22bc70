import { parseArn } from "@keyferry/common";
import { withKey, type RememberedKey } from "../../../topology";
import {
  findKey,
  keyIdOf,
  keyName,
  keysOf,
  placeOf,
  stacksOf,
  type ChangeableFoundation,
} from "./foundation";

/**
 * Records in the lock file that the primary of an imported multi-Region key has its material, so that the next deployment creates its
 * replicas.
 * @param arn of the key or one of its replicas
 * @returns what the user must do next, if replicas are to be created
 */
export async function noteMaterial(
  foundation: ChangeableFoundation,
  arn: string,
): Promise<readonly string[]> {
  const primary = await primaryOf(foundation, arn);
  if (primary === undefined || primary.hasMaterial === true) return [];
  const waiting = replicasOf(foundation, primary).filter(({ awaitsPrimary }) => awaitsPrimary === true);
  foundation.remember((lock) =>
    withKey(lock, foundation.locked.topology.name, primary, { hasMaterial: true }),
  );
  const noted = `the lock file records that ${keyName(primary)} has received its material: commit it`;
  if (waiting.length === 0) return [noted];
  return [
    noted,
    `then deploy ${stacksOf(foundation, primary)}, which creates ${waiting.map(keyName).join(", ")}, and import the same material once more: each replica needs its own import`,
  ];
}

/** The recorded primary key of an imported multi-Region key. */
async function primaryOf(foundation: ChangeableFoundation, arn: string): Promise<RememberedKey | undefined> {
  const { account, resource = "" } = parseArn(arn) ?? {};
  const candidates = keysOf(foundation).filter(
    (key) =>
      key.account === account &&
      key.imported === true &&
      key.primaryRegion === key.region &&
      key.state !== "deleted",
  );
  for (const key of candidates) {
    const found = await findKey(foundation.deployer.keyLife(placeOf(foundation, key)), key);
    if (found !== undefined && keyIdOf(found) === resource.replace("key/", "")) return key;
  }
  return undefined;
}

/** The primary key of a waiting replica; for any other key, the key itself. */
export function importedFirst(foundation: ChangeableFoundation, key: RememberedKey): RememberedKey {
  if (key.awaitsPrimary !== true) return key;
  const isPrimary = (other: RememberedKey) =>
    other.account === key.account && other.purpose === key.purpose && other.region === key.primaryRegion;
  return keysOf(foundation).find(isPrimary) ?? key;
}

function replicasOf(foundation: ChangeableFoundation, primary: RememberedKey): readonly RememberedKey[] {
  return keysOf(foundation).filter(
    ({ account, purpose, region }) =>
      account === primary.account && purpose === primary.purpose && region !== primary.region,
  );
}
