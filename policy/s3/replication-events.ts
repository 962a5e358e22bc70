import { parseArn } from "@keyferry/common";
import type { Statement } from "../document";
import { statementsOf, type PermissionRow, type RowGrant } from "../row";

/** A topic or a queue to which S3 sends the replication events of a bucket. */
export interface EventDestination {
  /** ARN of the topic or of the queue. */
  readonly destinationArn: string;
  /** The bucket whose events are sent. */
  readonly bucketArn: string;
  /** 12-digit id of the bucket's account. */
  readonly bucketAccount: string;
}

const GRANTING =
  "S3 user guide, Granting permissions to publish event notification messages to a destination";

/** The permission table: the policy of a topic or a queue that receives replication events. */
export const EVENT_DESTINATION_ROWS: readonly PermissionRow<EventDestination>[] = [
  {
    id: "S3PublishesReplicationEvents",
    actions: ["sns:Publish"],
    basis: "enforced",
    why: "S3 publishes the events of this bucket to the topic; without the permission it refuses the notification configuration",
    source: GRANTING,
    grant: (access) => (isTopic(access) ? toS3(access, [access.destinationArn]) : undefined),
  },
  {
    id: "S3SendsReplicationEvents",
    actions: ["sqs:SendMessage"],
    basis: "enforced",
    why: "S3 sends the events of this bucket to the queue; without the permission it refuses the notification configuration",
    source: GRANTING,
    grant: (access) => (isTopic(access) ? undefined : toS3(access, [access.destinationArn])),
  },
];

/** The permission table: the policy of the customer managed key of such a topic or queue; the AWS managed key cannot be used by S3. */
export const EVENT_KEY_ROWS: readonly PermissionRow<EventDestination>[] = [
  {
    id: "S3EncryptsReplicationEvents",
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    basis: "enforced",
    why: "the topic or the queue encrypts each event under its key with the permissions of S3, which sends it",
    source: `${GRANTING}, AWS KMS key policy`,
    grant: (access) => toS3(access, ["*"]),
  },
];

/** The statements of the policy of the topic or the queue. */
export function eventDestinationPolicy(access: EventDestination): readonly Statement[] {
  return statementsOf(EVENT_DESTINATION_ROWS, access);
}

/** The statements of the policy of its key. */
export function eventKeyPolicy(access: EventDestination): readonly Statement[] {
  return statementsOf(EVENT_KEY_ROWS, access);
}

function isTopic({ destinationArn }: EventDestination): boolean {
  return parseArn(destinationArn)?.service === "sns";
}

/** Only for this bucket: otherwise other accounts' buckets could also send events there. */
function toS3({ bucketArn, bucketAccount }: EventDestination, resources: readonly string[]): RowGrant {
  return {
    principal: { Service: ["s3.amazonaws.com"] },
    resources,
    conditions: {
      ArnEquals: { "aws:SourceArn": [bucketArn] },
      StringEquals: { "aws:SourceAccount": [bucketAccount] },
    },
  };
}
