/** What S3 tells of an object whose replication has failed. Source: S3 user guide, "Receiving replication failure events with Amazon S3 Event Notifications", "Event message structure". */
import { randomUUID } from "node:crypto";
import { formatArn, partitionOf } from "@keyferry/common";
import type { Cloud } from "../../../contract";
import { s3Arn } from "../access";
import { bucketNamed } from "../buckets";
import { look } from "../objects/source";
import type { S3Parts } from "../parts";
import type { Journey } from "../replication/begin";
import { noteOf, type Bucket } from "../state";
import { isMeant } from "./configuration";
import { send } from "./destination";

const FAILED = "s3:Replication:OperationFailedReplication";

/** Tells those who have asked for it, where S3 measures the rule. */
export async function tellFailure(
  parts: S3Parts,
  cloud: Cloud,
  journey: Journey,
  failureReason: string,
): Promise<void> {
  const { bucket: name, key, version, destination } = journey;
  const source = bucketNamed(parts.state, name);
  const leg = noteOf(parts.state, name, key, version)?.legs?.[destination];
  const rule = source?.replication?.configuration.rules.find(({ id }) => id === leg?.ruleId);
  const told = source?.notifications?.notifications.find(
    ({ events, prefix, suffix }) =>
      events.some((event) => isMeant(event, FAILED)) && key.startsWith(prefix) && key.endsWith(suffix),
  );
  if (source === undefined || leg === undefined || told === undefined || rule?.metrics !== true) return;
  const replicationEventData = {
    replicationRuleId: leg.ruleId,
    destinationBucket: bucketArn(source, destination),
    s3Operation: "OBJECT_PUT",
    requestTime: leg.requested ?? "",
    failureReason,
  };
  const record = await recordOf(parts, cloud, source, { key, version, configurationId: told.id });
  await send(cloud, source, told.destination, { Records: [{ ...record, replicationEventData }] });
}

async function recordOf(
  parts: S3Parts,
  cloud: Cloud,
  bucket: Bucket,
  {
    key,
    version,
    configurationId,
  }: { readonly key: string; readonly version: string; readonly configurationId: string },
): Promise<object> {
  const { headers } = await look(parts, bucket, key, version);
  const now = cloud.clock.now();
  return {
    eventVersion: "2.2",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: now.toISOString(),
    eventName: FAILED.replace("s3:", ""),
    userIdentity: { principalId: "s3.amazonaws.com" },
    requestParameters: { sourceIPAddress: "s3.amazonaws.com" },
    responseElements: { "x-amz-request-id": randomUUID(), "x-amz-id-2": randomUUID() },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: bucket.account },
        arn: s3Arn(bucket),
      },
      object: {
        // As in a form: a space is a plus sign.
        key: encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/"),
        size: Number(headers["content-length"] ?? 0),
        eTag: (headers["etag"] ?? "").replaceAll('"', ""),
        versionId: version,
        sequencer: now.getTime().toString(16).toUpperCase().padStart(16, "0"),
      },
    },
  };
}

function bucketArn({ region }: Bucket, name: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "s3",
    region: "",
    account: "",
    resource: name,
  });
}
