import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";

/** Whether a bucket exists, its replication role, and whether it has event notifications. */
export interface BucketReplicationPort {
  /** ARN of the role of a bucket's replication configuration; undefined if it has none, or the bucket does not exist. */
  roleOf(bucket: string): Promise<string | undefined>;
  /** Whether a bucket has event notifications of any kind; false if it does not exist. */
  notifies(bucket: string): Promise<boolean>;
  /** Whether the account has a bucket with that name. @throws AwsCallError if reading it is denied, or it belongs to another account */
  isThere(bucket: string): Promise<boolean>;
}

/** The port on real S3. */
export function bucketReplicationPort(place: Place, entry: Entry): BucketReplicationPort {
  const load = lazily(() => {
    const s3 = sdk.s3();
    return { s3, client: clientOf(s3.S3Client, place.region, entry) };
  });
  return {
    async roleOf(Bucket) {
      const { s3, client } = load();
      const site = { operation: "GetBucketReplication", account: place.account.id, region: place.region };
      try {
        const { ReplicationConfiguration } = await call(site, () =>
          client.send(new s3.GetBucketReplicationCommand({ Bucket })),
        );
        return ReplicationConfiguration?.Role;
      } catch (error) {
        if (isAwsError(error, "ReplicationConfigurationNotFoundError", "NoSuchBucket")) return undefined;
        throw error;
      }
    },
    async notifies(Bucket) {
      const { s3, client } = load();
      const { account, region } = place;
      const site = { operation: "GetBucketNotificationConfiguration", account: account.id, region };
      try {
        const found = await call(site, () =>
          client.send(new s3.GetBucketNotificationConfigurationCommand({ Bucket })),
        );
        return [
          found.TopicConfigurations,
          found.QueueConfigurations,
          found.LambdaFunctionConfigurations,
          found.EventBridgeConfiguration,
        ].some((one) => one !== undefined);
      } catch (error) {
        if (isAwsError(error, "NoSuchBucket")) return false;
        throw error;
      }
    },
    async isThere(Bucket) {
      const { s3, client } = load();
      const { account, region } = place;
      const site = { operation: `HeadBucket ${Bucket}`, account: account.id, region };
      try {
        await call(site, () =>
          client.send(new s3.HeadBucketCommand({ Bucket, ExpectedBucketOwner: account.id })),
        );
        return true;
      } catch (error) {
        if (isAwsError(error, "NotFound", "NoSuchBucket")) return false;
        throw error;
      }
    },
  };
}
