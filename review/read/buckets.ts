import { bucketArn, partitionOf } from "@keyferry/common";
import { readPolicy } from "./document";
import type { ReviewedBucket } from "./estate";
import type { References } from "./references";
import {
  first,
  flag,
  isBody,
  listOf,
  resourcesOf,
  sourceOf,
  textOf,
  type Body,
  type StackFiles,
  type StackResource,
} from "./stack-file";

const BLOCKS = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

/** Types of resources that configure the bucket named in their argument `bucket`. */
const PARTS = [
  "aws_s3_bucket_policy",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_s3_bucket_replication_configuration",
  "aws_s3_bucket_public_access_block",
];

/** The buckets that the stacks create or configure, by ARN. @param labels of keys, by ARN */
export function bucketsOf(
  stacks: StackFiles,
  references: References,
  labels: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReviewedBucket> {
  const nameOf = ({ stack, body }: StackResource) => {
    const { text, unread } = references.resolve(stack, textOf(body["bucket"]) ?? "");
    return unread.length === 0 && text !== "" ? text : undefined;
  };
  const parts = new Map<string, StackResource[]>();
  for (const resource of resourcesOf(stacks, "aws_s3_bucket", ...PARTS)) {
    const name = nameOf(resource);
    if (name !== undefined) parts.set(name, [...(parts.get(name) ?? []), resource]);
  }
  return new Map(
    [...parts].flatMap(([bucket, resources]): [string, ReviewedBucket][] => {
      const [owner] = resources;
      if (owner?.place === undefined) return [];
      const { account, region } = owner.place;
      const part = (type: string) => resources.find((resource) => resource.type === type);
      const arn = bucketArn(partitionOf(region), bucket);
      const label = `bucket ${bucket} in ${account}`;
      const policy =
        part("aws_s3_bucket_policy") ??
        resources.find(({ type, body }) => type === "aws_s3_bucket" && body["policy"] !== undefined);
      const shown = (stack: string, value: unknown) => {
        const text = references.resolve(stack, textOf(value) ?? "").text;
        return labels.get(text) ?? text;
      };
      const block = part("aws_s3_bucket_public_access_block")?.body;
      return [
        [
          arn,
          {
            arn,
            label,
            bucket,
            account,
            region,
            source: sourceOf(owner),
            made: owner.type === "aws_s3_bucket",
            policy:
              policy === undefined
                ? undefined
                : readPolicy(references, policy, "policy", `bucket policy of ${label}`),
            encryption: encryptionOf(part("aws_s3_bucket_server_side_encryption_configuration"), shown),
            versioning: textOf(
              first(part("aws_s3_bucket_versioning")?.body["versioning_configuration"])?.["status"],
            ),
            replication: replicationOf(part("aws_s3_bucket_replication_configuration"), shown),
            publicAccessBlock: BLOCKS.filter((name) => block !== undefined && flag(block[name], false)),
          },
        ],
      ];
    }),
  );
}

type Shown = (stack: string, value: unknown) => string;

function encryptionOf(resource: StackResource | undefined, shown: Shown): string | undefined {
  const rule = first(resource?.body["rule"]);
  const by = first(rule?.["apply_server_side_encryption_by_default"]);
  if (resource === undefined || by === undefined) return undefined;
  const key = by["kms_master_key_id"];
  const algorithm = textOf(by["sse_algorithm"]) ?? "AES256";
  return key === undefined ? algorithm : `${algorithm} under ${shown(resource.stack, key)}`;
}

function replicationOf(resource: StackResource | undefined, shown: Shown): ReadonlyMap<string, string> {
  if (resource === undefined) return new Map();
  const rules = listOf(resource.body["rule"]).filter(isBody);
  return new Map(
    rules.map((rule, index) => [
      textOf(rule["id"]) ?? `rule ${index + 1}`,
      ruleText(rule, resource.stack, shown),
    ]),
  );
}

function ruleText(rule: Body, stack: string, shown: Shown): string {
  const destination = first(rule["destination"]) ?? {};
  const key = first(destination["encryption_configuration"])?.["replica_kms_key_id"];
  const owner = first(destination["access_control_translation"])?.["owner"];
  const deletes = first(rule["delete_marker_replication"])?.["status"];
  const filter = first(rule["filter"]) ?? {};
  return [
    `to ${shown(stack, destination["bucket"])}`,
    ...(key === undefined ? [] : [`under ${shown(stack, key)}`]),
    ...(filter["prefix"] ? [`for ${textOf(filter["prefix"])}`] : []),
    ...(owner === "Destination" ? ["owned by the destination"] : []),
    ...(deletes === "Enabled" ? ["with delete markers"] : []),
    ...(rule["status"] === "Enabled" || rule["status"] === undefined ? [] : ["disabled"]),
  ].join(", ");
}
