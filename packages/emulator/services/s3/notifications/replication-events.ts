/**
 * S3's events for objects that were not replicated, or not in time. Source: S3 user guide, "Receiving replication
 * failure events with Amazon S3 Event Notifications", "Event message structure".
 */
import { randomUUID } from "node:crypto";
import { formatArn, partitionOf } from "@keyferry/common";
import type { Cloud } from "../../../contract";
import { s3Arn } from "../access";
import { bucketNamed } from "../buckets";
import { look } from "../objects/source";
import type { S3Parts } from "../parts";
import { THRESHOLD_SECONDS, type ReplicationTask } from "../replication/begin";
import { noteOf, type Bucket, type ReplicationLeg } from "../state";
import { isMeant } from "./configuration";
import { send } from "./destination";

type ReplicationEvent =
  "OperationFailedReplication" | "OperationMissedThreshold" | "OperationReplicatedAfterThreshold";

/**
 * Reports the result of an object's replication: that it failed and why, or that it took longer than Replication Time
 * Control guarantees.
 */
export async function tellEnd(
  parts: S3Parts,
  cloud: Cloud,
  task: ReplicationTask,
  failureReason: string | undefined,
): Promise<void> {
  if (failureReason !== undefined)
    return tell(parts, cloud, task, "OperationFailedReplication", { failureReason });
  const way = wayOf(parts, task);
  const seconds = secondsOnItsWay(cloud, way?.leg);
  if (way?.rule?.timeControl !== true || seconds <= THRESHOLD_SECONDS) return;
  const replicationTime = `PT${Math.round(seconds)}S`;
  await tell(parts, cloud, task, "OperationReplicatedAfterThreshold", {
    threshold: LIMIT,
    replicationTime,
  });
}

/** Reports an object that was neither replicated nor failed within Replication Time Control's time. */
export async function tellMissedThreshold(
  parts: S3Parts,
  cloud: Cloud,
  task: ReplicationTask,
): Promise<void> {
  if (wayOf(parts, task)?.leg.status !== "PENDING") return;
  await tell(parts, cloud, task, "OperationMissedThreshold", { threshold: LIMIT });
}

/** The members' names come from AWS's SDK for Java; how S3 formats a time in them is not documented. */
const LIMIT = `PT${THRESHOLD_SECONDS / 60}M`;

/** The destination of a version, and the rule that applies. */
function wayOf({ state }: S3Parts, { bucket, key, version, destination }: ReplicationTask) {
  const source = bucketNamed(state, bucket);
  const leg = noteOf(state, bucket, key, version)?.legs?.[destination];
  if (source === undefined || leg === undefined) return undefined;
  return { source, leg, rule: source.replication?.configuration.rules.find(({ id }) => id === leg.ruleId) };
}

function secondsOnItsWay({ clock }: Pick<Cloud, "clock">, leg: ReplicationLeg | undefined): number {
  return leg?.requested === undefined ? 0 : (clock.now().getTime() - Date.parse(leg.requested)) / 1000;
}

/** Notifies the configured destinations, if S3 measures the rule. */
async function tell(
  parts: S3Parts,
  cloud: Cloud,
  task: ReplicationTask,
  event: ReplicationEvent,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const { key, version, destination } = task;
  const way = wayOf(parts, task);
  if (way?.rule?.metrics !== true) return;
  const { source, leg } = way;
  const told = source.notifications?.notifications.find(
    ({ events, prefix, suffix }) =>
      events.some((one) => isMeant(one, `s3:Replication:${event}`)) &&
      key.startsWith(prefix) &&
      key.endsWith(suffix),
  );
  if (told === undefined) return;
  const replicationEventData = {
    replicationRuleId: leg.ruleId,
    destinationBucket: bucketArn(source, destination),
    s3Operation: "OBJECT_PUT",
    requestTime: leg.requested ?? "",
    ...more,
  };
  const record = await recordOf(parts, cloud, source, { key, version, event, configurationId: told.id });
  await send(cloud, source, told.destination, { Records: [{ ...record, replicationEventData }] });
}

async function recordOf(
  parts: S3Parts,
  cloud: Cloud,
  bucket: Bucket,
  {
    key,
    version,
    event,
    configurationId,
  }: {
    readonly key: string;
    readonly version: string;
    readonly event: ReplicationEvent;
    readonly configurationId: string;
  },
): Promise<object> {
  const { headers } = await look(parts, bucket, key, version);
  const now = cloud.clock.now();
  return {
    eventVersion: "2.2",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: now.toISOString(),
    eventName: `Replication:${event}`,
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
        // As in an HTML form: a space is a plus sign.
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
