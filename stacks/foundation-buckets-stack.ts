import type { Construct } from "constructs";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { IKey } from "../constructs/kms/key";
import { EncryptedBucket } from "../constructs/s3/encrypted-bucket";
import { keyReferenceId, type KeyReference } from "../policy";
import { replications, stackName, topologyBuckets, type LockedBucket, type LockedKey } from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { localStateFile } from "./backend";
import { bucketConstructId } from "./bucket-addresses";
import { BucketMemory } from "./bucket-memory";
import { foundationKey } from "./foundation-key";
import { KeyMemory } from "./key-memory";
import { addressesIn } from "./local-state";

/**
 * The buckets of an account with their policies, and the keys that everything in them is under, retired ones included. Other
 * accounts' replication roles are let in by their names. Refers to no other stack, so no cycle can arise.
 */
export class FoundationBucketsStack extends AccountStack {
  private readonly keys = new Map<string, IKey>();

  constructor(scope: Construct, props: AccountStackProps) {
    super(scope, "foundation-buckets", props);
    const { locked, topology, settings } = props;
    const keys = locked.keys.filter(
      ({ declaration, state }) => declaration.purpose === "buckets" && state !== "deleted",
    );
    keys.forEach((key) => this.addKey(key));
    locked.buckets.filter(({ state }) => state !== "released").forEach((bucket) => this.addBucket(bucket));
    this.lookUpExisting();
    new KeyMemory(this, "key-memory", "foundation-buckets", props);
    const state = localStateFile(settings, topology, stackName("foundation-buckets", locked.stateName));
    const held = topology.state.kind === "local" ? addressesIn(state) : undefined;
    new BucketMemory(this, "bucket-memory", locked, held ?? new Set());
  }

  /** A key of this stack, or an existing one of its account. */
  find(reference: KeyReference): IKey | undefined {
    return this.keys.get(keyReferenceId(reference));
  }

  private addKey(locked: LockedKey): void {
    const { declaration } = locked;
    const key = foundationKey(this, this.props.topology, locked, this.provider(declaration.region));
    for (const { bucketArn, account, roleName } of declaration.replicaWriters ?? [])
      key.grants.allowReplicasIn({ bucketArn }, { account, roleName });
    this.keys.set(keyReferenceId(declaration), key);
  }

  private addBucket({ bucket, region, key, tags, replicators }: LockedBucket): void {
    const encryptionKey = this.find(key);
    if (encryptionKey === undefined) throw new TypeError(`the bucket ${bucket} has no key`);
    const { account, partition } = this.props.locked;
    const made = new EncryptedBucket(this, bucketConstructId(bucket), {
      bucketName: bucket,
      encryptionKey,
      environment: { partition, account: account.id, region },
      tags,
      provider: this.provider(region),
    });
    for (const { deleteMarkers, ...role } of replicators)
      made.grants.allowReplicationFrom(role, { deleteMarkers });
  }

  /** Keys of buckets that exist are found by their aliases, in their own account. */
  private lookUpExisting(): void {
    const { topology, locked } = this.props;
    const references = [
      ...topologyBuckets(topology).filter(({ existing }) => existing),
      ...replications(topology).map(({ source }) => source),
    ].flatMap((bucket) => [
      bucket.key,
      ...("otherKeys" in bucket ? (bucket.otherKeys as KeyReference[]) : []),
    ]);
    for (const reference of references) {
      const id = keyReferenceId(reference);
      if (reference.account !== locked.account.id || this.keys.has(id)) continue;
      const { region, alias } = reference;
      this.keys.set(
        id,
        CustomerManagedKey.fromAlias(this, `existing-${region}-${alias}`, {
          alias,
          provider: this.provider(region),
        }),
      );
    }
  }
}
