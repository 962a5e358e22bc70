import type { Construct } from "constructs";
import { RunnerRole } from "../constructs/iam/runner-role";
import { CustomerManagedKey } from "../constructs/kms/customer-managed-key";
import type { IKey } from "../constructs/kms/key";
import { BatchReplicationRole } from "../constructs/s3/batch-replication-role";
import { EncryptedBucket } from "../constructs/s3/encrypted-bucket";
import { bucketArn } from "@keyferry/common";
import { keyReferenceId, replicatePolicy, runnerTrust, type KeyReference } from "../policy";
import {
  batchRoleName,
  jobReports,
  reEncrypts,
  replicateAccess,
  replicateRoleName,
  replicatesExisting,
  replications,
  runnerAccess,
  topologyBuckets,
  type LockedBucket,
  type LockedKey,
} from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { bucketConstructId } from "./bucket-addresses";
import { bucketMemory } from "./bucket-memory";
import { foundationKey } from "./foundation-key";
import { keyMemory } from "./key-memory";
import { heldAddresses } from "./local-state";

/**
 * The buckets of an account with their policies and their keys, including retired ones. Other
 * accounts' replication roles are allowed by their names. Refers to no other stack, so there can be no cycle.
 */
export class FoundationBucketsStack extends AccountStack {
  private readonly keys = new Map<string, IKey>();

  constructor(scope: Construct, props: AccountStackProps) {
    super(scope, "foundation-buckets", props);
    const { locked } = props;
    const keys = locked.keys.filter(
      ({ declaration, state }) => declaration.purpose === "buckets" && state !== "deleted",
    );
    keys.forEach((key) => this.addKey(key));
    locked.buckets.filter(({ state }) => state !== "released").forEach((bucket) => this.addBucket(bucket));
    this.lookUpExisting();
    this.addRoles();
    const held = heldAddresses("foundation-buckets", props);
    this.addPlainBlocks(() => keyMemory("foundation-buckets", props, held));
    this.addPlainBlocks(() => bucketMemory(locked, held));
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

  private addBucket({ bucket, region, key, tags, objectLock, replicators }: LockedBucket): void {
    const encryptionKey = this.find(key);
    if (encryptionKey === undefined) throw new TypeError(`the bucket ${bucket} has no key`);
    const { account, partition } = this.props.locked;
    const made = new EncryptedBucket(this, bucketConstructId(bucket), {
      bucketName: bucket,
      encryptionKey,
      environment: { partition, account: account.id, region },
      tags,
      objectLock,
      provider: this.provider(region),
    });
    for (const { account: id, roleName, ...grant } of replicators)
      made.grants.allowReplicationFrom({ account: id, roleName }, grant);
  }

  /** The role that `keyferry replicate` assumes, and the roles of jobs that replicate existing objects. */
  private addRoles(): void {
    const { topology, locked } = this.props;
    const access = replicateAccess(topology, locked.account);
    const region = topologyBuckets(topology).find(({ account }) => account.id === locked.account.id)?.region;
    if (access === undefined || region === undefined) return;
    new RunnerRole(this, "replicate", {
      roleName: replicateRoleName(topology.name),
      description: `Keyferry ${topology.name}: looks at the replication of buckets`,
      trust: runnerTrust(runnerAccess(topology, locked.account)),
      policy: replicatePolicy(access),
      keyOf: (reference) => this.keyOf(reference),
      // IAM is global; using a Region that the account already uses saves a provider.
      provider: this.provider(region),
    });
    for (const { source } of replications(topology)) {
      if (source.account.id !== locked.account.id || !replicatesExisting(topology.buckets, source.bucket))
        continue;
      new BatchReplicationRole(this, `existing-${source.bucket}`, {
        roleName: batchRoleName(topology.name, source.bucket),
        source: { bucketArn: bucketArn(topology.partition, source.bucket) },
        ...jobReports(topology, source.bucket),
        ...(reEncrypts(topology.buckets, source.bucket)
          ? {
              reEncrypt: {
                region: source.region,
                key: this.keyOf(source.key),
                otherKeys: source.otherKeys.map((key) => this.keyOf(key)),
              },
            }
          : {}),
        provider: this.provider(source.region),
      });
    }
  }

  private keyOf(reference: KeyReference): IKey {
    const key = this.find(reference);
    if (key === undefined) throw new TypeError(`the stack has no key ${keyReferenceId(reference)}`);
    return key;
  }

  /** Keys of existing buckets are found by their aliases, in their own account. */
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
