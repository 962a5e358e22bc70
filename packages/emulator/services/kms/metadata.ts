import type { JsonObject } from "../../contract";
import { ALGORITHM_MEMBERS, KEY_SPECS } from "./key-specs";
import { currentMaterial } from "./materials";
import type { Key, KmsState } from "./state";

/** `KeyMetadata`. */
export function metadata(state: KmsState, key: Key): JsonObject {
  const current = key.spec === "SYMMETRIC_DEFAULT" ? currentMaterial(state, key) : undefined;
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: key.created,
    Enabled: key.state === "Enabled",
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    DeletionDate: key.deletionDate,
    PendingDeletionWindowInDays: key.pendingDays,
    ...expiration(key),
    Origin: key.origin,
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    [ALGORITHM_MEMBERS[key.usage]]: KEY_SPECS[key.spec]?.algorithms[key.usage],
    MultiRegion: key.multiRegion !== undefined,
    MultiRegionConfiguration: key.multiRegion === undefined ? undefined : multiRegion(state, key),
    CurrentKeyMaterialId: current?.id,
  };
}

/** The earliest date on which a material that is present expires. */
function expiration({ origin, imported }: Key): JsonObject {
  const present = Object.values(imported);
  if (origin !== "EXTERNAL" || present.length === 0) return {};
  const [first] = present
    .flatMap(({ validTo }) => (validTo === undefined ? [] : [validTo]))
    .sort((a, b) => a.getTime() - b.getTime());
  return first === undefined
    ? { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" }
    : { ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo: first };
}

function multiRegion(state: KmsState, key: Key): JsonObject {
  const place = ({ arn, region }: Key) => ({ Arn: arn, Region: region });
  return {
    MultiRegionKeyType: key.multiRegion,
    PrimaryKey: place(state.primaryOf(key)),
    ReplicaKeys: state.replicasOf(key).map(place),
  };
}
