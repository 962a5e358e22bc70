import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { bucketArn } from "@keyferry/common";
import type { IKey } from "../constructs/kms/key";
import type { IBucket } from "../constructs/s3/bucket";
import { BucketReplication } from "../constructs/s3/bucket-replication";
import { ReplicationEvents } from "../constructs/s3/replication-events";
import type { ReplicationRule } from "../constructs/s3/replication-rule";
import { keyReferenceId, type KeyReference } from "../policy";
import { replications, type Replication, type RuleIntoBucket, type TopologyBucket } from "../topology";
import { AccountStack, type AccountStackProps } from "./account-stack";
import type { FoundationBucketsStack } from "./foundation-buckets-stack";

export interface FoundationReplicationStackProps extends AccountStackProps {
  /** The buckets stacks of all accounts. */
  readonly buckets: readonly FoundationBucketsStack[];
}

/**
 * The replication of the buckets of an account: role and rules of each source. Deployed after all destinations exist and allow
 * the role, because S3 checks a destination when the rules are set; no stack refers to it.
 */
export class FoundationReplicationStack extends AccountStack {
  constructor(
    scope: Construct,
    private readonly replication: FoundationReplicationStackProps,
  ) {
    super(scope, "foundation-replication", replication);
    const { topology, locked } = replication;
    replications(topology)
      .filter(({ source }) => source.account.id === locked.account.id)
      .forEach((one) => this.replicate(one));
  }

  private replicate({ source, role, rules, objectLock }: Replication): void {
    const views = new Map<string, IBucket>();
    const viewOf = (bucket: TopologyBucket): IBucket => {
      const view = views.get(bucket.bucket) ?? this.viewOf(bucket);
      views.set(bucket.bucket, view);
      return view;
    };
    const sourceKeys = [source.key, ...source.otherKeys].map((key) => this.keyOf(key));
    const replication = new BucketReplication(this, `replicate-${source.bucket}`, {
      source: viewOf(source),
      sourceKeys,
      roleName: role,
      objectLock,
      rules: rules.map((one) => ruleOf(one, viewOf(one.to))),
      // Destinations of the foundation are deployed before; for existing ones the statements are shown.
      existingPoliciesAllowIt: true,
      tags: Object.assign({}, ...rules.map(({ rule }) => rule.tags).reverse()) as Record<string, string>,
      provider: this.provider(source.region),
    });
    const existing = new Map(
      rules
        .filter(({ to }) => to.existing && to.account.id !== source.account.id)
        .map(({ to }) => [to.bucket, to]),
    );
    for (const to of existing.values()) this.show(source, to, replication.policiesFor(viewOf(to)));
    if (source.replicationEvents !== undefined) this.tell(source, source.replicationEvents, viewOf(source));
  }

  /** Sends the source's replication events, and shows the statements that the owner of the topic or queue must add. */
  private tell(source: TopologyBucket, destinationArn: string, bucket: IBucket): void {
    const events = new ReplicationEvents(this, `events-of-${source.bucket}`, {
      bucket,
      destinationArn,
      provider: this.provider(source.region),
    });
    new TerraformOutput(this, `policies-for-events-of-${source.bucket}`, {
      description: `Statements that the owner of ${destinationArn} has in its policy and in that of its customer managed key; without them S3 sends no replication events of ${source.bucket}`,
      value: events.policies,
      staticId: true,
    });
  }

  /** The statements that the owner of an existing destination must add to its policies. */
  private show(source: TopologyBucket, to: TopologyBucket, policies: object): void {
    new TerraformOutput(this, `policies-for-${to.bucket}-from-${source.bucket}`, {
      description: `Statements that account ${to.account.id} merges into the policy of the bucket ${to.bucket} and into that of its key ${to.key.alias}; without them every object from ${source.bucket} fails`,
      value: policies,
      staticId: true,
    });
  }

  /** A bucket of another stack; only the ARN of its key is not known before its deployment. */
  private viewOf(bucket: TopologyBucket): IBucket {
    const { partition } = this.replication.topology;
    return {
      bucketName: bucket.bucket,
      bucketArn: bucketArn(partition, bucket.bucket),
      environment: { partition, account: bucket.account.id, region: bucket.region },
      encryptionKey: this.keyOf(bucket.key),
      readiness: [],
    };
  }

  private keyOf(reference: KeyReference): IKey {
    const stack = this.replication.buckets.find((one) => one.find(reference) !== undefined);
    const key = this.keyOfOthers(stack === undefined ? [] : [stack], reference);
    if (stack === undefined || key === undefined)
      throw new TypeError(`no stack has the key ${keyReferenceId(reference)}`);
    this.addDependency(stack);
    return key;
  }
}

function ruleOf({ rule, to }: RuleIntoBucket, destination: IBucket): ReplicationRule {
  const { filter, deleteMarkers, replicaModifications } = rule;
  return {
    id: to.ruleId,
    destination,
    ...(filter.prefix === "" ? {} : { prefix: filter.prefix }),
    objectTags: filter.tags,
    deleteMarkers,
    replicaModifications,
    ...(to.storageClass === undefined ? {} : { storageClass: to.storageClass }),
    replicationTimeControl: to.replicationTime,
    metrics: true,
  };
}
