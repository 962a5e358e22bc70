import { must } from "../../core/must";
import { bucketArn, derived, keyArn } from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import { proofTarget } from "../../policy";
import {
  callOf,
  ownerCalls,
  readSourceCalls,
  refusedToOwner,
  replicatorSession,
  sessionOf,
  writeReplicaCalls,
  type DeniedCall,
  type Outside,
  type OwnBucket,
  type ProofCall,
} from "../../policy/proof";
import { bucketDeclarations, replications, topologyBuckets, type BucketDeclaration } from "../buckets/access";
import type { Topology } from "../model";
import { replicationAccess, replicationRoleArn } from "./replication-documents";

/** Name of a role that represents principals that IAM of a bucket's account allows everything. */
const BUCKET_OWNER = "keyferry-BUCKET-OWNER";

/** The calls that S3 makes to replicate one bucket into another. */
export interface ReplicationCalls {
  readonly job: { readonly id: string };
  readonly groups: readonly (readonly ProofCall[])[];
}

/** The calls of S3 with each replication role, by the source bucket and its destination. */
export const replicationJobs = derived((topology: Topology): readonly ReplicationCalls[] =>
  replications(topology).flatMap((one) => {
    const { partition } = topology;
    const access = replicationAccess(topology, one);
    const role = replicationRoleArn(topology, one);
    const reading = readSourceCalls(partition, access, role);
    return access.destinations.map((target) => {
      const rule = one.rules.find(({ to: { bucket } }) => bucketArn(partition, bucket) === target.bucketArn);
      const { to } = must(rule, `the rule into ${target.bucketArn}`);
      return {
        job: { id: `${one.source.bucket} -> ${to.bucket}` },
        groups: [
          reading,
          writeReplicaCalls(partition, access.source, role, {
            ...target,
            account: to.account.id,
            objectLock: one.objectLock,
          }),
        ],
      };
    });
  }),
);

/** The calls of the owners of buckets that the foundation creates. */
export const bucketJobs = derived((topology: Topology): readonly ReplicationCalls[] =>
  bucketDeclarations(topology).map((declaration) => ({
    job: { id: `bucket ${declaration.bucket}` },
    groups: [ownerCalls(bucketOwner(topology, declaration.key.account), ownBucket(declaration))],
  })),
);

/** Calls that the policies of the foundation's buckets must refuse to every principal, or to other accounts, regardless of IAM. */
export function deniedToOwners(topology: Topology, outside: Outside): readonly DeniedCall[] {
  const outsider = bucketOwner(topology, outside.account);
  return bucketDeclarations(topology).flatMap((declaration) => {
    const { account, region } = declaration.key;
    const owner = bucketOwner(topology, account);
    const otherKey = keyArn(region, account, "00000000-0000-4000-8000-000000000000");
    return [
      ...refusedToOwner(owner, ownBucket(declaration), otherKey),
      ...ownerCalls(owner, ownBucket(declaration)).map(({ request }): DeniedCall => ({
        what: "as another account",
        request: { ...request, principal: outsider },
        refuser: "resource",
      })),
    ];
  });
}

/** A principal in the account of a bucket that its IAM allows everything. */
export function bucketOwner({ partition }: Topology, account: string): RequestPrincipal {
  return sessionOf(partition, account, BUCKET_OWNER);
}

export function isBucketOwner({ roleArn }: RequestPrincipal): boolean {
  return roleArn?.endsWith(`/${BUCKET_OWNER}`) === true;
}

function ownBucket({ bucketArn: arn, key }: BucketDeclaration): OwnBucket {
  return { account: key.account, region: key.region, bucketArn: arn, keyArn: proofTarget.keyArn(key) };
}

/** Calls of a replication role on buckets of the topology that its rules do not name. */
export function deniedReplication(topology: Topology): readonly DeniedCall[] {
  const { partition } = topology;
  return replications(topology).flatMap(({ source, role, rules }) => {
    const principal = replicatorSession(partition, source.account.id, role);
    const own = new Set(rules.map(({ to }) => to.bucket));
    return topologyBuckets(topology)
      .filter(({ bucket }) => !own.has(bucket))
      .flatMap(({ bucket, account, region }) => {
        const { request } = callOf(
          { principal, partition, region },
          "",
          "s3:ReplicateObject",
          `${bucketArn(partition, bucket)}/2026/report.pdf`,
          { resourceAccount: account.id },
        );
        const what = `writing replicas into ${bucket}, which is not a destination of ${source.bucket}`;
        const isForeign = account.id !== source.account.id;
        return [
          { what, request, refuser: "identity" as const },
          ...(isForeign ? [{ what, request, refuser: "resource" as const }] : []),
        ];
      });
  });
}
