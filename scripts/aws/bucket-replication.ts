import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";

/** What a bucket replicates by. */
export interface BucketReplicationPort {
  /** ARN of the role of a bucket's replication configuration; undefined where it has none, or is not there. */
  roleOf(bucket: string): Promise<string | undefined>;
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
  };
}
