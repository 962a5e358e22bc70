import { bucketArn, derived } from "@keyferry/common";
import {
  callOf,
  readSourceCalls,
  replicatorSession,
  writeReplicaCalls,
  type DeniedCall,
  type ProofCall,
} from "../../policy/proof";
import { replications, topologyBuckets } from "../buckets/access";
import type { Topology } from "../model";
import { replicationAccess, replicationRoleArn } from "./replication-documents";

/** The calls that S3 makes to replicate one bucket into another. */
export interface ReplicationCalls {
  readonly job: { readonly id: string };
  readonly groups: readonly (readonly ProofCall[])[];
}

/** What S3 asks for under each replication role, by the source bucket and its destination. */
export const replicationJobs = derived((topology: Topology): readonly ReplicationCalls[] =>
  replications(topology).flatMap((one) => {
    const { partition } = topology;
    const access = replicationAccess(topology, one);
    const role = replicationRoleArn(topology, one);
    const reading = readSourceCalls(partition, access, role);
    return access.destinations.map((target) => {
      const to = one.rules.find(
        ({ to: { bucket } }) => bucketArn(partition, bucket) === target.bucketArn,
      )?.to;
      const account = to?.account.id ?? "";
      return {
        job: { id: `${one.source.bucket} -> ${to?.bucket}` },
        groups: [reading, writeReplicaCalls(partition, access.source, role, { ...target, account })],
      };
    });
  }),
);

/** What a replication role might try with buckets of the topology that its rules do not name. */
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
        const what = `writing replicas into ${bucket}, which is no destination of ${source.bucket}`;
        const isForeign = account.id !== source.account.id;
        return [
          { what, request, refuser: "identity" as const },
          ...(isForeign ? [{ what, request, refuser: "resource" as const }] : []),
        ];
      });
  });
}
