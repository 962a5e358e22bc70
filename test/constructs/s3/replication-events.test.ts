import {
  CustomerManagedKey,
  EncryptedBucket,
  ExistingBucket,
  ReplicationEvents,
  type IBucket,
} from "../../../constructs";
import { onlyResource, synthesisedScope } from "../../_helpers/synthesised";
import type { Construct } from "constructs";

const SOURCE = { partition: "aws", account: "111111111111", region: "us-east-2" };
const TOPIC = "arn:aws:sns:us-east-2:333333333333:alarms";
const QUEUE = "arn:aws:sqs:us-east-2:111111111111:failures";
const FOR_BUCKET = {
  StringEquals: { "aws:SourceAccount": [SOURCE.account] },
  ArnEquals: { "aws:SourceArn": [expect.stringContaining("TfToken") as string] },
};

const keyOf = (scope: Construct) =>
  CustomerManagedKey.fromKeyArn(
    scope,
    `arn:aws:kms:us-east-2:${SOURCE.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  );
const made = (scope: Construct): IBucket =>
  new EncryptedBucket(scope, "documents", {
    bucketName: "documents",
    encryptionKey: keyOf(scope),
    environment: SOURCE,
  });
const existing = (scope: Construct): IBucket =>
  new ExistingBucket(scope, "theirs", {
    bucketArn: "arn:aws:s3:::theirs",
    encryptionKey: keyOf(scope),
    environment: SOURCE,
  });

function told(destinationArn: string, bucketOf = made) {
  const shown: { policies?: ReplicationEvents["policies"] } = {};
  const stack = synthesisedScope((scope) => {
    const events = new ReplicationEvents(scope, "events", { bucket: bucketOf(scope), destinationArn });
    shown.policies = events.policies;
  });
  return { notification: onlyResource(stack, "aws_s3_bucket_notification"), policies: shown.policies };
}

const statementsOf = (text = "") => (JSON.parse(text) as { Statement: object[] }).Statement;

test("all replication events of a bucket are sent to a topic or a queue, after the bucket is created", () => {
  expect(told(TOPIC).notification).toMatchObject({
    bucket: "documents",
    topic: [{ id: "replication", topic_arn: TOPIC, events: ["s3:Replication:*"] }],
    depends_on: expect.arrayContaining([expect.stringMatching(/^aws_s3_bucket_policy\./)]) as string[],
  });
  expect(told(QUEUE).notification).toMatchObject({ queue: [{ queue_arn: QUEUE }] });
});

test("the policies of the destination and of its key allow S3 only for this bucket", () => {
  const { policies } = told(TOPIC);
  expect(statementsOf(policies?.destinationPolicy)).toEqual([
    {
      Sid: "S3PublishesReplicationEvents",
      Effect: "Allow",
      Principal: { Service: ["s3.amazonaws.com"] },
      Action: ["sns:Publish"],
      Resource: [TOPIC],
      Condition: FOR_BUCKET,
    },
  ]);
  expect(statementsOf(told(QUEUE).policies?.destinationPolicy)).toMatchObject([
    { Action: ["sqs:SendMessage"], Resource: [QUEUE], Condition: FOR_BUCKET },
  ]);
  expect(statementsOf(policies?.keyPolicy)).toMatchObject([
    { Action: ["kms:GenerateDataKey", "kms:Decrypt"], Condition: FOR_BUCKET },
  ]);
});

test("a destination to which S3 cannot send events is refused", () => {
  for (const arn of [
    "arn:aws:sqs:eu-west-1:111111111111:failures",
    "arn:aws:sqs:us-east-2:111111111111:failures.fifo",
    "arn:aws:lambda:us-east-2:111111111111:function:failures",
    "failures",
  ])
    expect(() => told(arn)).toThrow(
      /destinationArn is .*, allowed is the ARN of a standard SNS topic or SQS queue/,
    );
});

test("the notifications of an existing bucket are never replaced", () => {
  expect(() => told(QUEUE, existing)).toThrow(
    /bucket is an existing bucket, whose notifications would all be/,
  );
});
