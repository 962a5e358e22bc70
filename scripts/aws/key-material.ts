import type { KeyMetadata } from "@aws-sdk/client-kms";
import { must } from "../../core/must";
import type { Place } from "../../topology";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { keyMetadata } from "./key-metadata";
import { sdk } from "./sdk";

/** The only way in which key material is transferred: RSA-OAEP with SHA-256, never SHA-1 or PKCS #1 v1.5, with the longest key. */
const WRAPPING = { WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_4096" } as const;

/** The properties of a key that matter for importing its material. */
export interface ImportableKey {
  readonly arn: string;
  /** `AWS_KMS`, `EXTERNAL`, ... */
  readonly origin: string;
  /** `SYMMETRIC_DEFAULT`, ... */
  readonly spec: string;
  /** `PendingImport`, `Enabled`, ... */
  readonly state: string;
  /** ARNs of a multi-Region key's primary and of its replicas; absent for a key of one Region. */
  readonly related?: { readonly primary: string; readonly replicas: readonly string[] };
}

/** The parameters for encrypting key material for one import. */
export interface ImportParameters {
  /** DER, SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly token: Uint8Array;
}

/** Imports key material. Source: KMS developer guide, Importing key material. */
export interface KeyMaterialPort {
  /** Undefined if the key does not exist. */
  describe(arn: string): Promise<ImportableKey | undefined>;
  parameters(arn: string): Promise<ImportParameters>;
  /**
   * Importing the same material again changes only its expiry.
   * @param type whether the material is new material to rotate to; @default - the key's existing material, or its first one
   * @param encrypted the material, encrypted with the public key of `parameters`
   * @param validTo when the material expires. @default - never
   */
  import(
    arn: string,
    encrypted: Uint8Array,
    token: Uint8Array,
    validTo?: Date,
    type?: "NEW_KEY_MATERIAL",
  ): Promise<void>;
}

/** The port on real KMS. */
export function keyMaterialPort(place: Place, entry: Entry): KeyMaterialPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const kms = sdk.kms();
    return { kms, client: clientOf(kms.KMSClient, place.region, entry) };
  });
  return {
    async describe(arn) {
      const found = await keyMetadata(load().client, site, arn);
      return found === undefined ? undefined : importable(found);
    },
    async parameters(arn) {
      const { kms, client } = load();
      const { PublicKey, ImportToken } = await call(site(`GetParametersForImport ${arn}`), () =>
        client.send(new kms.GetParametersForImportCommand({ KeyId: arn, ...WRAPPING })),
      );
      return {
        publicKey: must(PublicKey, "PublicKey of GetParametersForImport"),
        token: must(ImportToken, "ImportToken of GetParametersForImport"),
      };
    },
    async import(arn, EncryptedKeyMaterial, ImportToken, ValidTo, ImportType) {
      const { kms, client } = load();
      const expiration =
        ValidTo === undefined
          ? { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" as const }
          : { ExpirationModel: "KEY_MATERIAL_EXPIRES" as const, ValidTo };
      const type = ImportType === undefined ? {} : { ImportType };
      const input = { KeyId: arn, EncryptedKeyMaterial, ImportToken, ...expiration, ...type };
      await call(site(`ImportKeyMaterial ${arn}`), () =>
        client.send(new kms.ImportKeyMaterialCommand(input)),
      );
    },
  };
}

function importable(metadata: KeyMetadata): ImportableKey {
  const { Arn, Origin, KeySpec, KeyState, MultiRegionConfiguration } = metadata;
  const { PrimaryKey, ReplicaKeys = [] } = MultiRegionConfiguration ?? {};
  return {
    arn: must(Arn, "Arn of DescribeKey"),
    origin: must(Origin, "Origin of DescribeKey"),
    spec: must(KeySpec, "KeySpec of DescribeKey"),
    state: must(KeyState, "KeyState of DescribeKey"),
    ...(PrimaryKey?.Arn === undefined
      ? {}
      : { related: { primary: PrimaryKey.Arn, replicas: ReplicaKeys.flatMap((key) => key.Arn ?? []) } }),
  };
}
