import { bucketArn } from "@keyferry/common";
import { uniqueBy } from "../../core/unique-by";
import { keyReferenceId } from "../../policy/document";
import type { ReplicateAccess } from "../../policy/s3";
import type { Account, Place, Topology } from "../model";
import type { BucketRule } from "./model";
import { reportPrefix, shortenedRoleName } from "./names";

/** The role of an account that `keyferry replicate` assumes. */
export function replicateRoleName(topology: string): string {
  return `keyferry-${topology}-replication`;
}

/** Prefix of the names of the roles that S3 Batch Operations assumes. */
export function batchRolePrefix(topology: string): string {
  return `keyferry-${topology}-existing-`;
}

/** The role that S3 Batch Operations assumes to replicate objects that are older than a bucket's rules. */
export function batchRoleName(topology: string, bucket: string): string {
  return shortenedRoleName(batchRolePrefix(topology), bucket);
}

/** What `keyferry replicate` reads in an account; undefined if no bucket is replicated. */
export function replicateAccess(
  { name, partition, buckets: rules }: Topology,
  account: Account,
): ReplicateAccess | undefined {
  const isOwn = (place: Place) => place.account.id === account.id;
  const sources = rules.map(({ from }) => from).filter(isOwn);
  const buckets = uniqueBy(
    rules.flatMap(({ from, to }) => [from, ...to]).filter(isOwn),
    ({ bucket }) => bucket,
  );
  if (buckets.length === 0) return undefined;
  return {
    topology: name,
    partition,
    account: account.id,
    sources: uniqueBy(
      rules.filter(({ from }) => isOwn(from)),
      ({ from }) => from.bucket,
    ).map(({ from, role }) => ({
      region: from.region,
      role,
      ...(replicatesExisting(rules, from.bucket) ? { batchRole: batchRoleName(name, from.bucket) } : {}),
      reEncrypts: reEncrypts(rules, from.bucket),
      ...jobReports({ name, partition, buckets: rules }, from.bucket),
    })),
    bucketArns: buckets.map(({ bucket }) => bucketArn(partition, bucket)),
    keys: uniqueBy(
      [...buckets.map(({ key }) => key), ...sources.flatMap(({ otherKeys }) => otherKeys)],
      keyReferenceId,
    ),
  };
}

/** Whether a rule of a source bucket requires that existing objects are replicated. */
export function replicatesExisting(rules: readonly BucketRule[], bucket: string): boolean {
  return rules.some(({ from, existingObjects }) => from.bucket === bucket && existingObjects !== "leave");
}

/** Whether the rules of a source bucket require that its objects are re-encrypted under its key before they are replicated. */
export function reEncrypts(rules: readonly BucketRule[], bucket: string): boolean {
  return rules.some(
    ({ from, existingObjects }) => from.bucket === bucket && existingObjects === "re-encrypt",
  );
}

/** Where the jobs of a source bucket report failed objects, in the form for policies; empty if they write no reports. */
export function jobReports(
  { name, partition, buckets }: Pick<Topology, "name" | "partition" | "buckets">,
  bucket: string,
): { readonly reports?: { readonly bucketArn: string; readonly prefix: string } } {
  const [reports] = buckets.flatMap(({ from }) => (from.bucket === bucket ? (from.reports ?? []) : []));
  return reports === undefined
    ? {}
    : { reports: { bucketArn: bucketArn(partition, reports), prefix: reportPrefix(name) } };
}
