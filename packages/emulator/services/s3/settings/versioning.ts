import { AwsError } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import { malformedXml, readXml, textOf } from "../xml";

/** moto stores the versions; replication checks here whether versioning is enabled. */
export function versioningRelays({ state, backend }: S3Parts): Readonly<Record<string, Relay>> {
  return {
    async PutBucketVersioning({ call, request }) {
      const bucket = bucketOf(state, call);
      const status = textOf(readXml(request.body, "VersioningConfiguration"), "Status");
      if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
      if (status === "Suspended" && bucket.objectLock !== undefined) {
        throw new AwsError(
          "InvalidBucketState",
          "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
          409,
        );
      }
      if (status === "Suspended" && bucket.replication !== undefined) {
        throw new AwsError(
          "InvalidBucketState",
          "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
          409,
        );
      }
      const response = await backend.pass(bucket, request);
      if (response.status < 400) bucket.versioning = status;
      return response;
    },
  };
}
