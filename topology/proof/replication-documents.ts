import { bucketArn, roleArn } from "@keyferry/common";
import type { NamedDocument } from "@keyferry/evaluator";
import {
  bucketPolicy,
  bucketPolicyForReplication,
  proofTarget,
  renderPolicy,
  replicaKeyPolicy,
  replicationPolicy,
  replicationTrust,
  type ReplicationAccess,
  type ReplicationTarget,
  type Statement,
} from "../../policy";
import { keyReferenceId, type KeyReference } from "../../policy/document";
import type { RoleDocuments } from "../../policy/proof";
import {
  bucketDeclarations,
  replications,
  replicatorsInto,
  topologyBuckets,
  type Replication,
} from "../buckets/access";
import type { TopologyBucket } from "../buckets/model";
import type { Topology } from "../model";

/** The replications of one role, with the key ARNs of the proof. */
export function replicationAccess(
  topology: Topology,
  { source, rules, objectLock }: Replication,
): ReplicationAccess {
  const { partition } = topology;
  const buckets = new Map(rules.map(({ to }) => [to.bucket, to]));
  return {
    source: {
      account: source.account.id,
      region: source.region,
      bucketArn: bucketArn(partition, source.bucket),
      keyArns: [source.key, ...source.otherKeys].map(proofTarget.keyArn),
    },
    destinations: [...buckets.values()].map((to): ReplicationTarget => ({
      region: to.region,
      bucketArn: bucketArn(partition, to.bucket),
      keyArns: [proofTarget.keyArn(to.key)],
      deleteMarkers: rules.some((one) => one.to.bucket === to.bucket && one.rule.deleteMarkers),
      ownerOverride: to.account.id !== source.account.id,
    })),
    objectLock,
    trustedForSourceOnly: false,
  };
}

export function replicationRoleArn({ partition }: Topology, { source, role }: Replication): string {
  return roleArn(partition, source.account.id, role);
}

/** The replication roles that the permission table generates, by ARN. */
export function replicationRoles(topology: Topology): readonly (readonly [string, RoleDocuments])[] {
  return replications(topology).map((one) => {
    const access = replicationAccess(topology, one);
    const name = `role ${one.role} in ${one.source.account.id}`;
    return [
      replicationRoleArn(topology, one),
      {
        identity: [named(`policies of ${name}`, replicationPolicy(access))],
        trust: named(`trust policy of ${name}`, replicationTrust(access)),
      },
    ];
  });
}

/** The policies of the buckets that the foundation creates, by the ARN of the bucket. */
export function bucketDocuments(topology: Topology): readonly (readonly [string, NamedDocument])[] {
  const { partition } = topology;
  return bucketDeclarations(topology).map(({ bucket, bucketArn: arn, key, replicators }) => [
    arn,
    named(
      bucketDocumentName(bucket, key.account),
      bucketPolicy({
        partition,
        bucketArn: arn,
        keyArn: proofTarget.keyArn(key),
        retained: true,
        replicators,
      }),
    ),
  ]);
}

export function bucketDocumentName(bucket: string, account: string): string {
  return `policy of bucket ${bucket} in ${account}`;
}

/** Assumed policies of existing buckets: the statements that were shown to their owners. */
export function existingBucketDocuments(topology: Topology): readonly (readonly [string, NamedDocument])[] {
  return existingBuckets(topology).map((bucket) => {
    const arn = bucketArn(topology.partition, bucket.bucket);
    const statements = replicatorsInto(topology, bucket).flatMap((role) =>
      bucketPolicyForReplication(topology.partition, arn, role),
    );
    return [arn, asAssumed(named(bucketDocumentName(bucket.bucket, bucket.account.id), statements))];
  });
}

/** The statements for replication roles of other accounts in the policies of existing buckets' keys, by `keyReferenceId`. */
export function existingKeyStatements(topology: Topology): ReadonlyMap<string, readonly Statement[]> {
  const { partition } = topology;
  const found = new Map<string, readonly Statement[]>();
  for (const bucket of existingBuckets(topology)) {
    const arn = bucketArn(partition, bucket.bucket);
    const writers = replicatorsInto(topology, bucket).map(({ account, roleName }) => ({
      account,
      roleName,
      bucketArn: arn,
    }));
    const id = keyReferenceId(bucket.key);
    const statements = replicaKeyPolicy({ partition, region: bucket.region, writers });
    found.set(id, [...(found.get(id) ?? []), ...statements]);
  }
  return found;
}

/** Keys of existing buckets. */
export function existingBucketKeys(topology: Topology): readonly KeyReference[] {
  return [
    ...existingBuckets(topology).map(({ key }) => key),
    ...replications(topology).flatMap(({ source }) => source.otherKeys),
  ];
}

export function existingBuckets(topology: Topology): readonly TopologyBucket[] {
  return topologyBuckets(topology).filter(({ existing }) => existing);
}

function named(name: string, statements: readonly Statement[]): NamedDocument {
  return { name, document: renderPolicy(statements, proofTarget) };
}

function asAssumed({ name, document }: NamedDocument): NamedDocument {
  const { Statement, ...rest } = document as { readonly Statement: readonly object[] };
  return { name, document: { ...rest, Statement: Statement.map(unnamed) } };
}

/** A statement without its Sid; statements are compared in this form. */
export function unnamed(statement: object): object {
  return Object.fromEntries(Object.entries(statement).filter(([element]) => element !== "Sid"));
}
