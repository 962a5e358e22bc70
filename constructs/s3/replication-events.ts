import { parseArn } from "@keyferry/common";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { Token, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { eventDestinationPolicy, eventKeyPolicy, type EventDestination } from "../../policy";
import { propError } from "../props";
import type { IBucket } from "./bucket";
import { documentText } from "./bucket-policy-text";
import { ExistingBucket } from "./existing-bucket";

/** All replication events of S3; those of Replication Time Control are sent only for rules that use it. */
const EVENTS = ["s3:Replication:*"];

export interface ReplicationEventsProps {
  /** The source of the replication: a bucket that is created here, not an `ExistingBucket`. */
  readonly bucket: IBucket;
  /**
   * ARN of a standard Amazon SNS topic or Amazon SQS queue (not FIFO) in the bucket's Region, of any account. The ARN must be known at
   * synthesis.
   */
  readonly destinationArn: string;
  /** Provider of the bucket's account and Region. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/** Statements that the owner of the destination must add, as JSON for `source_policy_documents`, to merge with the existing policies. */
export interface EventDestinationPolicies {
  /** The statements for the policy of the SNS topic or SQS queue. */
  readonly destinationPolicy: string;
  /** The statements for the policy of the destination's customer managed key, if it is encrypted under one. */
  readonly keyPolicy: string;
}

/**
 * Sends the replication events of a bucket to a topic or a queue: objects that could not be replicated, with AWS's failure reason, and
 * with Replication Time Control also those that are late. The rules must have `metrics`. THIS REPLACES ALL EVENT NOTIFICATIONS OF THE
 * BUCKET: AWS keeps one notification configuration for each bucket. Therefore only buckets that are created here are supported.
 * Source: S3 user guide, Receiving replication failure events with Amazon S3 Event Notifications.
 */
export class ReplicationEvents extends Construct {
  /** Statements that the destination's policies must have before the deployment; otherwise S3 refuses the configuration. */
  readonly policies: EventDestinationPolicies;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop, or when the bucket is an existing one */
  constructor(scope: Construct, id: string, { bucket, destinationArn, provider }: ReplicationEventsProps) {
    super(scope, id);
    if (bucket instanceof ExistingBucket) {
      throw propError(
        this,
        "bucket",
        "an existing bucket, whose notifications would all be replaced",
        "a bucket that is created here",
        "add the event s3:Replication:* to the bucket's notifications where they are configured",
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
      `the ARN of a standard SNS topic or SQS queue, not a FIFO one, in ${Token.isUnresolved(bucketRegion) ? "the bucket's Region" : bucketRegion}`,
    );
  }
}
