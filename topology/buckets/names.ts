import { sha256 } from "@keyferry/common";

/** The key of a place for everything in the buckets that the foundation makes there. */
export function bucketKeyAlias(topology: string): string {
  return `alias/keyferry/${topology}/buckets`;
}

/** Characters of a role's name. Source: IAM user guide, IAM and AWS STS quotas. */
const MAX_ROLE_NAME = 64;

/** How the names of all replication roles of a topology begin. */
export function replicationRolePrefix(topology: string): string {
  return `keyferry-${topology}-replicate-`;
}

/** The role that S3 assumes to replicate a bucket; where its name is too long for a role's, a hash stands for the rest. */
export function replicationRoleName(topology: string, bucket: string): string {
  return shortenedRoleName(replicationRolePrefix(topology), bucket);
}

/** A role's name that ends with a bucket's, or with its beginning and a hash. */
export function shortenedRoleName(prefix: string, bucket: string): string {
  const free = MAX_ROLE_NAME - prefix.length;
  if (bucket.length <= free) return `${prefix}${bucket}`;
  const hash = sha256(bucket).slice(0, 8);
  return `${prefix}${bucket.slice(0, free - hash.length - 1)}-${hash}`;
}

/**
 * The name of a destination bucket that the user has not named.
 * @param account 12-digit id: its name in the topology may change, and a bucket's cannot
 */
export function defaultBucketName(source: string, account: string, region: string): string {
  return `${source}-${account}-${region}`;
}

/** Under what jobs of a topology report, in whatever bucket. */
export function reportPrefix(topology: string): string {
  return `keyferry-${topology}/`;
}

/** Id of the rule in S3's replication configuration: no rule has a dot in its name, so none has the id of another. */
export function replicationRuleId(rule: string, bucket: string): string {
  return `${rule}.${bucket}`;
}
