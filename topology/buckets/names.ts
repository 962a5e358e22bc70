import { sha256 } from "@keyferry/common";

/** The key of all objects in the buckets that the foundation creates in a place. */
export function bucketKeyAlias(topology: string): string {
  return `alias/keyferry/${topology}/buckets`;
}

/** Maximum characters of a role name. Source: IAM user guide, IAM and AWS STS quotas. */
const MAX_ROLE_NAME = 64;

/** Prefix of the names of all replication roles of a topology. */
export function replicationRolePrefix(topology: string): string {
  return `keyferry-${topology}-replicate-`;
}

/** The role that S3 assumes to replicate a bucket. If the name would be too long, its end is replaced by a hash. */
export function replicationRoleName(topology: string, bucket: string): string {
  return shortenedRoleName(replicationRolePrefix(topology), bucket);
}

/** A role name that ends with the bucket's name, or with its beginning and a hash. */
export function shortenedRoleName(prefix: string, bucket: string): string {
  const free = MAX_ROLE_NAME - prefix.length;
  if (bucket.length <= free) return `${prefix}${bucket}`;
  const hash = sha256(bucket).slice(0, 8);
  return `${prefix}${bucket.slice(0, free - hash.length - 1)}-${hash}`;
}

/**
 * The name of a destination bucket that the user has not named.
 * @param account 12-digit id, because the account's name in the topology may change, but a bucket's name cannot
 */
export function defaultBucketName(source: string, account: string, region: string): string {
  return `${source}-${account}-${region}`;
}

/** Prefix of the job reports of a topology, in any bucket. */
export function reportPrefix(topology: string): string {
  return `keyferry-${topology}/`;
}

/** Id of the rule in S3's replication configuration. Names of rules have no dots, so the ids are unique. */
export function replicationRuleId(rule: string, bucket: string): string {
  return `${rule}.${bucket}`;
}
