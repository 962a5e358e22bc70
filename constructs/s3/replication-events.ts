import { parseArn } from "@keyferry/common";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { Token, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { eventDestinationPolicy, eventKeyPolicy, type EventDestination } from "../../policy";
import { propError } from "../props";
import type { IBucket } from "./bucket";
import { documentText } from "./bucket-policy-text";
import { ExistingBucket } from "./existing-bucket";

/** Every replication event that S3 has; those of Replication Time Control come from rules that have it. */
const EVENTS = ["s3:Replication:*"];

export interface ReplicationEventsProps {
  /** The source of the replication: a bucket that is made here, not an `ExistingBucket`. */
  readonly bucket: IBucket;
  /**
   * ARN of an Amazon SNS topic or an Amazon SQS queue of the bucket's Region, of any account; no FIFO ones. The ARN must be known when the
   * stack is synthesised.
   */
  readonly destinationArn: string;
  /** Provider of the bucket's account and Region. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** What the owner of the destination has to allow; JSON for `source_policy_documents`, to be merged with what is there. */
export interface EventDestinationPolicies {
  /** For the SNS topic or SQS queue. */
  readonly destinationPolicy: string;
  /** For the customer managed key of the destination, where it is encrypted under one. */
  readonly keyPolicy: string;
}

/**
 * Sends the replication events of a bucket to a topic or a queue: objects that could not be replicated, with AWS's failure reason, and
 * with Replication Time Control those that are late. The rules must have `metrics`. THESE ARE ALL NOTIFICATIONS OF THE BUCKET: AWS keeps
 * one configuration of a bucket, so it is made for buckets that are made here.
 * Source: S3 user guide, Receiving replication failure events with Amazon S3 Event Notifications.
 */
export class ReplicationEvents extends Construct {
  /** The destination's policies must have these statements before: S3 refuses the configuration otherwise. */
  readonly policies: EventDestinationPolicies;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop, or when the bucket is somebody else's */
  constructor(scope: Construct, id: string, { bucket, destinationArn, provider }: ReplicationEventsProps) {
    super(scope, id);
    if (bucket instanceof ExistingBucket) {
      throw propError(
        this,
        "bucket",
        "one that exists, whose notifications would all be replaced",
        "a bucket that is made here",
        "add the event s3:Replication:* to the bucket's notifications where they are made",
      );
    }
    const service = this.checkedService(destinationArn, bucket.environment.region);
    new S3BucketNotification(this, "Resource", {
      bucket: bucket.bucketName,
      ...(service === "sns"
        ? { topic: [{ id: "replication", topicArn: destinationArn, events: EVENTS }] }
        : { queue: [{ id: "replication", queueArn: destinationArn, events: EVENTS }] }),
      dependsOn: [...bucket.readiness],
      ...(provider === undefined ? {} : { provider }),
    });
    const access: EventDestination = {
      destinationArn,
      bucketArn: bucket.bucketArn,
      bucketAccount: bucket.environment.account,
    };
    this.policies = {
      destinationPolicy: documentText(this, eventDestinationPolicy(access)),
      keyPolicy: documentText(this, eventKeyPolicy(access)),
    };
  }

  private checkedService(destinationArn: string, bucketRegion: string): "sns" | "sqs" {
    const arn = parseArn(destinationArn);
    const service = arn?.service;
    const isElsewhere = !Token.isUnresolved(bucketRegion) && arn?.region !== bucketRegion;
    if ((service === "sns" || service === "sqs") && !isElsewhere && !destinationArn.endsWith(".fifo"))
      return service;
    throw propError(
      this,
      "destinationArn",
      `"${destinationArn}"`,
      `the ARN of an SNS topic or an SQS queue in ${Token.isUnresolved(bucketRegion) ? "the bucket's Region" : bucketRegion} that is no FIFO one`,
    );
  }
}
