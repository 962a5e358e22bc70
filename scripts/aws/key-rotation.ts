import type { RotationsListEntry } from "@aws-sdk/client-kms";
import { must } from "../../core/must";
import type { Place } from "../../topology";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";

/** Whether and when KMS rotates a key automatically. Source: KMS API reference, GetKeyRotationStatus. */
export interface RotationStatus {
  readonly enabled: boolean;
  /** Days between two rotations; absent if rotation is not enabled. */
  readonly periodInDays?: number;
  /** ISO 8601. */
  readonly next?: string;
  /** ISO 8601; start of an on-demand rotation that is in progress. */
  readonly onDemandStarted?: string;
}

/** One key material of a key. Source: KMS API reference, ListKeyRotations. */
export interface KeyMaterialEntry {
  /** Absent if AWS returns no ids of key material. */
  readonly id?: string;
  /** `CURRENT`, `NON_CURRENT`, `PENDING_ROTATION`, ... */
  readonly state?: string;
  /** ISO 8601; absent for the first material, and for material that waits for its rotation. */
  readonly rotatedAt?: string;
  readonly type?: "AUTOMATIC" | "ON_DEMAND";
  /** For imported material: whether KMS has it now. */
  readonly imported?: boolean;
  /** ISO 8601; when KMS deletes imported material. @default - never */
  readonly validTo?: string;
}

/** The rotation of a key, read and changed in its own account. */
export interface KeyRotationPort {
  status(arn: string): Promise<RotationStatus>;
  /** All key material that the key has had, oldest first. */
  materials(arn: string): Promise<readonly KeyMaterialEntry[]>;
  /** Starts a rotation, which KMS completes some minutes later. At most 25 for each key. */
  rotateOnDemand(arn: string): Promise<void>;
}

/** The port on real KMS. */
export function keyRotationPort(place: Place, entry: Entry): KeyRotationPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const kms = sdk.kms();
    return { kms, client: clientOf(kms.KMSClient, place.region, entry) };
  });
  return {
    async status(arn) {
      const { kms, client } = load();
      const answer = await call(site(`GetKeyRotationStatus ${arn}`), () =>
        client.send(new kms.GetKeyRotationStatusCommand({ KeyId: arn })),
      );
      const { KeyRotationEnabled, RotationPeriodInDays, NextRotationDate, OnDemandRotationStartDate } =
        answer;
      return {
        enabled: must(KeyRotationEnabled, "KeyRotationEnabled of GetKeyRotationStatus"),
        ...(RotationPeriodInDays === undefined ? {} : { periodInDays: RotationPeriodInDays }),
        ...(NextRotationDate === undefined ? {} : { next: NextRotationDate.toISOString() }),
        ...(OnDemandRotationStartDate === undefined
          ? {}
          : { onDemandStarted: OnDemandRotationStartDate.toISOString() }),
      };
    },
    async materials(arn) {
      const { kms, client } = load();
      const input = { KeyId: arn, IncludeKeyMaterial: "ALL_KEY_MATERIAL" } as const;
      return call(site(`ListKeyRotations ${arn}`), async () => {
        const found: KeyMaterialEntry[] = [];
        for await (const { Rotations = [] } of kms.paginateListKeyRotations({ client }, input))
          found.push(...Rotations.map(entryOf));
        return found;
      });
    },
    async rotateOnDemand(arn) {
      const { kms, client } = load();
      await call(site(`RotateKeyOnDemand ${arn}`), () =>
        client.send(new kms.RotateKeyOnDemandCommand({ KeyId: arn })),
      );
    },
  };
}

function entryOf(rotation: RotationsListEntry): KeyMaterialEntry {
  const { KeyMaterialId, KeyMaterialState, RotationDate, RotationType, ImportState, ValidTo } = rotation;
  return {
    ...(KeyMaterialId === undefined ? {} : { id: KeyMaterialId }),
    ...(KeyMaterialState === undefined ? {} : { state: KeyMaterialState }),
    ...(RotationDate === undefined ? {} : { rotatedAt: RotationDate.toISOString() }),
    ...(RotationType === undefined ? {} : { type: RotationType }),
    ...(ImportState === undefined ? {} : { imported: ImportState === "IMPORTED" }),
    ...(ValidTo === undefined ? {} : { validTo: ValidTo.toISOString() }),
  };
}
