import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { Place } from "../../topology";
import { unlessDone } from "./already-done";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { keyMetadata } from "./key-metadata";
import { keysPort } from "./keys";
import { sdk } from "./sdk";

/** A key with the properties of its life cycle. */
export interface KeyLife {
  readonly arn: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, ... */
  readonly state: string;
  /** ISO 8601; when KMS deletes it, if it is pending deletion. */
  readonly deletionDate?: string;
  /** Whether its key material is imported, or has to be. @default false */
  readonly imported?: boolean;
  /** For a multi-Region key and its replicas: the Region of the primary key. @default - a single-Region key */
  readonly primaryRegion?: string;
  /** For a multi-Region key: the Regions of all related keys, including its own. @default - none */
  readonly relatedRegions?: readonly string[];
}

/** When a key was last used. Source: KMS API reference, GetKeyLastUsage. */
export interface KeyLastUse {
  /** ISO 8601; since when KMS records the uses of this key. */
  readonly trackedSince: string;
  /** Absent if it was never used since then. */
  readonly last?: { readonly at: string; readonly operation: string };
}

/** Operations of the administrators of a key's own account. Every change is idempotent. */
export interface KeyLifePort {
  /** A key by ARN, id or alias; undefined if it does not exist. */
  describe(key: string): Promise<KeyLife | undefined>;
  /** All aliases of the account and Region, by the ARN of their key. */
  aliases(): Promise<ReadonlyMap<string, readonly string[]>>;
  lastUse(arn: string): Promise<KeyLastUse>;
  /** The key policy as JSON text. */
  policy(arn: string): Promise<string>;
  putPolicy(arn: string, document: string): Promise<void>;
  /** @param days 7 to 30; a key that is already pending deletion keeps its date */
  scheduleDeletion(arn: string, days: number): Promise<void>;
  /** Afterwards the key is disabled. */
  cancelDeletion(arn: string): Promise<void>;
  enable(arn: string): Promise<void>;
  /** False if the alias already exists, for any key. */
  createAlias(alias: string, arn: string): Promise<boolean>;
  /** Does nothing if it does not exist. */
  deleteAlias(alias: string): Promise<void>;
}

/** The port on real KMS. */
export function keyLifePort(place: Place, entry: Entry): KeyLifePort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const kms = sdk.kms();
    return { kms, client: clientOf(kms.KMSClient, place.region, entry) };
  });
  const keys = keysPort(place, entry);
  return {
    aliases: () => keys.aliases(),
    policy: (arn) => keys.keyPolicy(arn),
    async describe(key) {
      const found = await keyMetadata(load().client, site, key);
      return found === undefined ? undefined : lifeOf(found);
    },
    async lastUse(arn) {
      const { kms, client } = load();
      const { TrackingStartDate, KeyLastUsage } = await call(site(`GetKeyLastUsage ${arn}`), () =>
        client.send(new kms.GetKeyLastUsageCommand({ KeyId: arn })),
      );
      const { Timestamp, Operation } = KeyLastUsage ?? {};
      return {
        trackedSince: TrackingStartDate?.toISOString() ?? "",
        ...(Timestamp === undefined
          ? {}
          : { last: { at: Timestamp.toISOString(), operation: Operation ?? "" } }),
      };
    },
    async putPolicy(arn, document) {
      const { kms, client } = load();
      await call(site(`PutKeyPolicy ${arn}`), () =>
        client.send(new kms.PutKeyPolicyCommand({ KeyId: arn, PolicyName: "default", Policy: document })),
      );
    },
    async scheduleDeletion(arn, days) {
      const { kms, client } = load();
      await unlessDone(() =>
        call(site(`ScheduleKeyDeletion ${arn}`), () =>
          client.send(new kms.ScheduleKeyDeletionCommand({ KeyId: arn, PendingWindowInDays: days })),
        ),
      );
    },
    async cancelDeletion(arn) {
      const { kms, client } = load();
      await unlessDone(() =>
        call(site(`CancelKeyDeletion ${arn}`), () =>
          client.send(new kms.CancelKeyDeletionCommand({ KeyId: arn })),
        ),
      );
    },
    async enable(arn) {
      const { kms, client } = load();
      await call(site(`EnableKey ${arn}`), () => client.send(new kms.EnableKeyCommand({ KeyId: arn })));
    },
    createAlias(alias, arn) {
      const { kms, client } = load();
      return unlessDone(() =>
        call(site(`CreateAlias ${alias}`), () =>
          client.send(new kms.CreateAliasCommand({ AliasName: alias, TargetKeyId: arn })),
        ),
      );
    },
    async deleteAlias(alias) {
      const { kms, client } = load();
      await unlessDone(() =>
        call(site(`DeleteAlias ${alias}`), () =>
          client.send(new kms.DeleteAliasCommand({ AliasName: alias })),
        ),
      );
    },
  };
}

function lifeOf({
  Arn = "",
  KeyState = "Creating",
  DeletionDate,
  Origin,
  MultiRegionConfiguration,
}: KeyMetadata): KeyLife {
  const { PrimaryKey, ReplicaKeys = [] } = MultiRegionConfiguration ?? {};
  const primaryRegion = PrimaryKey?.Region;
  return {
    arn: Arn,
    state: KeyState,
    ...(Origin === "EXTERNAL" ? { imported: true } : {}),
    ...(primaryRegion === undefined
      ? {}
      : {
          primaryRegion,
          relatedRegions: [primaryRegion, ...ReplicaKeys.flatMap(({ Region }) => Region ?? [])],
        }),
    ...(DeletionDate === undefined ? {} : { deletionDate: DeletionDate.toISOString() }),
  };
}
