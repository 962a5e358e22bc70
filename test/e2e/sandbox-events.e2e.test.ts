import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import { PutBucketNotificationConfigurationCommand, CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { startRehearsal, type Rehearsal } from "../../sandbox";

jest.setTimeout(240_000);

const SRC = "111111111111";
const DST = "222222222222";
const REGION = "eu-west-1";
let cloud: Rehearsal;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0 });
});
afterAll(() => cloud.stop());

/** A call in the JSON protocol, as any client would make it. */
async function ask(account: string, service: string, target: string, input: object): Promise<any> {
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": target,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  return text === "" ? {} : JSON.parse(text);
}

const events = (account: string, operation: string, input: object) =>
  ask(account, "events", `AWSEvents.${operation}`, input);
const sqs = (account: string, operation: string, input: object) =>
  ask(account, "sqs", `AmazonSQS.${operation}`, input);
const ec2 = (account: string) =>
  new EC2Client({
    endpoint: cloud.url,
    region: REGION,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
    maxAttempts: 1,
  });

/** Creates a queue and a rule that sends to it. @returns a function that receives the queue's messages */
async function listen(account: string, name: string, EventPattern: object, open = true) {
  const QueueArn = `arn:aws:sqs:${REGION}:${account}:${name}`;
  const rule = `arn:aws:events:${REGION}:${account}:rule/${name}`;
  const Policy = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: QueueArn,
        Condition: { ArnEquals: { "aws:SourceArn": rule } },
      },
    ],
  };
  const Attributes = open ? { Policy: JSON.stringify(Policy) } : {};
  const { QueueUrl } = await sqs(account, "CreateQueue", { QueueName: name, Attributes });
  await events(account, "PutRule", { Name: name, EventPattern: JSON.stringify(EventPattern) });
  const Targets = [{ Id: "queue", Arn: QueueArn }];
  expect(await events(account, "PutTargets", { Rule: name, Targets })).toMatchObject({ FailedEntryCount: 0 });
  return async (): Promise<readonly any[]> => {
    const { Messages = [] } = await sqs(account, "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 });
    for (const { ReceiptHandle } of Messages)
      await sqs(account, "DeleteMessage", { QueueUrl, ReceiptHandle });
    return Messages.map((message: any) => JSON.parse(message.Body));
  };
}

async function snapshot(account: string): Promise<string> {
  const { VolumeId } = await ec2(account).send(
    new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1 }),
  );
  await cloud.clock.advance(60);
  const { SnapshotId = "" } = await ec2(account).send(new CreateSnapshotCommand({ VolumeId }));
  await cloud.clock.advance(3600);
  return SnapshotId;
}

test("rules deliver the snapshot events that they match, on the account's own bus, in AWS's format", async () => {
  const copies = await listen(DST, "copies", { source: ["aws.ec2"], detail: { event: ["copySnapshot"] } });
  const shares = await listen(DST, "shares", { detail: { event: ["shareSnapshot"] } });
  const disabled = await listen(DST, "disabled", { source: ["aws.ec2"] });
  await events(DST, "DisableRule", { Name: "disabled" });
  const closed = await listen(DST, "closed", { source: ["aws.ec2"] }, false);
  const owners = await listen(SRC, "owners", { detail: { event: ["createSnapshot", "copySnapshot"] } });

  const source = await snapshot(SRC);
  const share = { SnapshotId: source, OperationType: "add", UserIds: [DST] } as const;
  await ec2(SRC).send(
    new ModifySnapshotAttributeCommand({ ...share, UserIds: [DST], Attribute: "createVolumePermission" }),
  );
  const copy = await ec2(DST).send(
    new CopySnapshotCommand({ SourceSnapshotId: source, SourceRegion: REGION }),
  );
  await cloud.clock.advance(3600);

  expect(await shares()).toMatchObject([
    { account: DST, region: REGION, detail: { event: "shareSnapshot", source: SRC } },
  ]);
  expect(await copies()).toMatchObject([
    {
      version: "0",
      source: "aws.ec2",
      "detail-type": "EBS Snapshot Notification",
      account: DST,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      resources: [`arn:aws:ec2:${REGION}::snapshot/${copy.SnapshotId}`],
      detail: {
        event: "copySnapshot",
        result: "succeeded",
        source: `arn:aws:ec2::${REGION}:snapshot/${source}`,
      },
    },
  ]);
  expect(await owners()).toMatchObject([{ account: SRC, detail: { event: "createSnapshot" } }]);
  expect(await disabled()).toEqual([]);
  expect(await closed()).toEqual([]);
});

test("a dump contains undelivered events, and they are delivered where it is loaded", async () => {
  const heard = await listen(SRC, "later", { detail: { event: ["createVolume"] } });
  await ec2(SRC).send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1 }));
  const state = await cloud.dump();
  await cloud.reset();
  await cloud.load(state);
  await cloud.clock.advance(60);
  expect(await heard()).toMatchObject([{ detail: { event: "createVolume", result: "available" } }]);
});

test.each([
  ["PutRule", { Name: "often", ScheduleExpression: "rate(1 hour)" }],
  ["PutRule", { Name: "large", EventPattern: '{"detail":{"size":[{"numeric":[">",1]}]}}' }],
  ["PutRule", { Name: "elsewhere", EventBusName: "mine", EventPattern: '{"source":["aws.ec2"]}' }],
  [
    "PutTargets",
    { Rule: "copies", Targets: [{ Id: "f", Arn: `arn:aws:lambda:${REGION}:${SRC}:function:f` }] },
  ],
  ["PutTargets", { Rule: "copies", Targets: [{ Id: "q", Arn: `arn:aws:sqs:${REGION}:${DST}:copies` }] }],
])("unsupported rules and targets are refused: %s %j", async (operation, input) => {
  expect(await events(SRC, operation, input)).toMatchObject({ __type: "UnsupportedOperation" });
});

test("S3 sends its events to a topic that allows it, and the topic sends them to its subscribed queue", async () => {
  const form = async (Action: string, members: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ Action, Version: "2010-03-31", ...members });
    const response = await fetch(cloud.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${SRC}/20260101/${REGION}/sns/aws4_request, SignedHeaders=host, Signature=0`,
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      },
      body,
    });
    return response.text();
  };
  const TopicArn = `arn:aws:sns:${REGION}:${SRC}:replication`;
  await form("CreateTopic", { Name: "replication" });
  const { QueueUrl } = await sqs(SRC, "CreateQueue", { QueueName: "subscriber" });
  const Endpoint = `arn:aws:sqs:${REGION}:${SRC}:subscriber`;
  await form("Subscribe", { TopicArn, Protocol: "sqs", Endpoint });
  const s3 = new S3Client({
    endpoint: cloud.url,
    region: REGION,
    credentials: { accessKeyId: SRC, secretAccessKey: "rehearsal" },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  const Bucket = "tells-a-topic";
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
  );
  const TopicConfigurations = [{ TopicArn, Events: ["s3:Replication:*" as const] }];
  const notify = () =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { TopicConfigurations },
      }),
    );
  await expect(notify()).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "Unable to validate the following destination configurations",
  });
  const statement = {
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sns:Publish",
    Resource: TopicArn,
    Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${Bucket}` } },
  };
  await form("SetTopicAttributes", {
    TopicArn,
    AttributeName: "Policy",
    AttributeValue: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  await notify();
  const { Messages } = await sqs(SRC, "ReceiveMessage", { QueueUrl });
  const [{ Subject, Message }] = Messages.map(({ Body }: { Body: string }) => JSON.parse(Body));
  expect(Subject).toBe("Amazon S3 Notification");
  expect(JSON.parse(Message)).toMatchObject({ Event: "s3:TestEvent", Bucket });
});
