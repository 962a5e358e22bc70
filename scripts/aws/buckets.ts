import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type * as S3 from "@aws-sdk/client-s3";
import { compareKeys } from "../../core/object-keys";
import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import type { BucketsPort, ListedVersion, ReplicationRuleView } from "./bucket-ports";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";

/** The port on real S3; every call names the expected owner of the bucket, so that no other account's bucket with that name is read. */
export function bucketsPort({ account, region }: Place, entry: Entry): BucketsPort {
  const site = (operation: string) => ({ operation, account: account.id, region });
  const load = lazily(() => {
    const s3 = sdk.s3();
    return { s3, client: clientOf(s3.S3Client, region, entry) };
  });
  const owned = (Bucket: string) => ({ Bucket, ExpectedBucketOwner: account.id });
  const tagsOf = async (bucket: string, key: string, version: string) => {
    const { s3, client } = load();
    const { TagSet = [] } = await call(site(`GetObjectTagging ${bucket}/${key}`), () =>
      client.send(new s3.GetObjectTaggingCommand({ ...owned(bucket), Key: key, VersionId: version })),
    );
    return tagsIn(TagSet);
  };
  return {
    async replication(bucket) {
      const { s3, client } = load();
      const answer = await unlessMissing("ReplicationConfigurationNotFoundError", () =>
        call(site(`GetBucketReplication ${bucket}`), () =>
          client.send(new s3.GetBucketReplicationCommand(owned(bucket))),
        ),
      );
      if (answer?.ReplicationConfiguration === undefined) return undefined;
      const { Role = "", Rules = [] } = answer.ReplicationConfiguration;
      return { roleArn: Role, rules: Rules.map(ruleView) };
    },
    async policy(bucket) {
      const { s3, client } = load();
      const answer = await unlessMissing("NoSuchBucketPolicy", () =>
        call(site(`GetBucketPolicy ${bucket}`), () =>
          client.send(new s3.GetBucketPolicyCommand(owned(bucket))),
        ),
      );
      return answer?.Policy;
    },
    async isVersioned(bucket) {
      const { s3, client } = load();
      const { Status } = await call(site(`GetBucketVersioning ${bucket}`), () =>
        client.send(new s3.GetBucketVersioningCommand(owned(bucket))),
      );
      return Status === "Enabled";
    },
    async hasObjectLock(bucket) {
      const { s3, client } = load();
      try {
        const { ObjectLockConfiguration } = await call(site(`GetObjectLockConfiguration ${bucket}`), () =>
          client.send(new s3.GetObjectLockConfigurationCommand(owned(bucket))),
        );
        return ObjectLockConfiguration?.ObjectLockEnabled === "Enabled";
      } catch (error) {
        if (isAwsError(error, "ObjectLockConfigurationNotFoundError")) return false;
        throw error;
      }
    },
    async ownerOf(bucket) {
      const { s3, client } = load();
      const { Owner } = await call(site(`GetBucketAcl ${bucket}`), () =>
        client.send(new s3.GetBucketAclCommand(owned(bucket))),
      );
      return Owner?.ID;
    },
    async defaultEncryption(bucket) {
      const { s3, client } = load();
      const { ServerSideEncryptionConfiguration: encryption } = await call(
        site(`GetBucketEncryption ${bucket}`),
        () => client.send(new s3.GetBucketEncryptionCommand(owned(bucket))),
      );
      const [rule] = encryption?.Rules ?? [];
      const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: key } =
        rule?.ApplyServerSideEncryptionByDefault ?? {};
      return {
        algorithm,
        ...(key === undefined ? {} : { key }),
        bucketKey: rule?.BucketKeyEnabled ?? false,
        ...(rule?.BlockedEncryptionTypes?.EncryptionType?.includes("NONE") === true
          ? { takesCustomerKeys: true }
          : {}),
      };
    },
    async *lines(bucket, Key) {
      const { s3, client } = load();
      const { Body } = await call(site(`GetObject ${bucket}/${Key}`), () =>
        client.send(new s3.GetObjectCommand({ ...owned(bucket), Key })),
      );
      if (Body !== undefined) yield* createInterface({ input: Body as Readable });
    },
    async *versions(bucket, prefix, after) {
      const { s3, client } = load();
      let next: Partial<S3.ListObjectVersionsCommandInput> = after === undefined ? {} : { KeyMarker: after };
      for (;;) {
        const page = await call(site(`ListObjectVersions ${bucket}`), () =>
          client.send(
            new s3.ListObjectVersionsCommand({
              ...owned(bucket),
              Prefix: prefix,
              EncodingType: "url",
              ...next,
            }),
          ),
        );
        yield listed(page);
        if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return;
        next = { KeyMarker: decoded(page, page.NextKeyMarker), VersionIdMarker: page.NextVersionIdMarker };
      }
    },
    async look(bucket, key, version) {
      const { s3, client } = load();
      const answer = await unlessMissing("NotFound", () =>
        call(site(`HeadObject ${bucket}/${key}`), () =>
          client.send(new s3.HeadObjectCommand({ ...owned(bucket), Key: key, VersionId: version })),
        ),
      ).catch((error: unknown) => {
        if (isBadRequest(error)) return "refused" as const;
        throw error;
      });
      if (answer === undefined) return undefined;
      if (answer === "refused") {
        // A HEAD response has no error code. Tags need no key, so this call returns any other error.
        const tags = await tagsOf(bucket, key, version);
        return { customerKey: true, bucketKey: false, tagCount: Object.keys(tags).length };
      }
      const { ReplicationStatus, ServerSideEncryption, SSEKMSKeyId } = answer;
      return {
        ...(ReplicationStatus === undefined ? {} : { replicationStatus: ReplicationStatus }),
        ...(ServerSideEncryption === undefined ? {} : { encryption: ServerSideEncryption }),
        ...(SSEKMSKeyId === undefined ? {} : { keyArn: SSEKMSKeyId }),
        bucketKey: answer.BucketKeyEnabled ?? false,
        tagCount: answer.TagCount ?? 0,
      };
    },
    tags: tagsOf,
  };
}

/** S3's response to HEAD of an object with a customer-provided key (SSE-C), and to malformed requests. */
function isBadRequest(error: unknown): boolean {
  if (!isAwsError(error)) return false;
  const { $metadata } = error.cause as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode === 400;
}

/** Versions and delete markers of a page in one order: S3 returns two lists. */
function listed(page: S3.ListObjectVersionsCommandOutput): readonly ListedVersion[] {
  const versions = (page.Versions ?? []).map((one) => ({ ...viewOf(page, one), at: one.LastModified }));
  const markers = (page.DeleteMarkers ?? []).map((one) => ({ ...viewOf(page, one), at: one.LastModified }));
  if (markers.length === 0) return versions;
  return [...versions, ...markers].sort(
    (a, b) =>
      compareKeys(a.key, b.key) ||
      Number(b.isLatest) - Number(a.isLatest) ||
      (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0),
  );
}

function viewOf(
  page: S3.ListObjectVersionsCommandOutput,
  one: S3.ObjectVersion | S3.DeleteMarkerEntry,
): ListedVersion {
  const { Key = "", VersionId = "null", IsLatest = false, Owner } = one;
  const version = "ETag" in one || "Size" in one ? one : undefined;
  return {
    key: decoded(page, Key),
    version: VersionId,
    isLatest: IsLatest,
    isDeleteMarker: version === undefined,
    size: version?.Size ?? 0,
    etag: version?.ETag ?? "",
    ...(Owner?.ID === undefined ? {} : { owner: Owner.ID }),
  };
}

/** Keys can contain characters that XML cannot; S3 reports whether it has encoded them. */
function decoded({ EncodingType }: S3.ListObjectVersionsCommandOutput, key: string): string {
  return EncodingType === "url" ? decodeURIComponent(key.replace(/\+/g, " ")) : key;
}

function ruleView(rule: S3.ReplicationRule): ReplicationRuleView {
  const { Filter, Destination, SourceSelectionCriteria } = rule;
  const tags = Filter?.And?.Tags ?? (Filter?.Tag === undefined ? [] : [Filter.Tag]);
  const replicaKey = Destination?.EncryptionConfiguration?.ReplicaKmsKeyID;
  return {
    id: rule.ID ?? "",
    enabled: rule.Status === "Enabled",
    priority: rule.Priority ?? 0,
    prefix: Filter?.Prefix ?? Filter?.And?.Prefix ?? "",
    tags: tagsIn(tags),
    destinationArn: Destination?.Bucket ?? "",
    ...(replicaKey === undefined ? {} : { replicaKey }),
    ownerOverride: Destination?.AccessControlTranslation?.Owner === "Destination",
    kmsObjects: SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === "Enabled",
    deleteMarkers: rule.DeleteMarkerReplication?.Status === "Enabled",
  };
}

function tagsIn(tags: readonly S3.Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

async function unlessMissing<T>(code: string, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isAwsError(error, code)) return undefined;
    throw error;
  }
}
