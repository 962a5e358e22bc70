import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  type NotificationConfiguration,
  type QueueConfiguration,
} from "@aws-sdk/client-s3";
import { policy } from "../../lib/cloud";
import { DST, SRC, refusalOf } from "./lib/stage";
import {
  configure,
  minutes,
  openBucket,
  put,
  rule,
  stage,
  underKey,
  useReplication,
} from "./lib/replication-stage";

/** S3 events for queues and topics. Sources: S3 user guide, "Amazon S3 Event Notifications" and its pages. */

useReplication();

const QUEUE = `arn:aws:sqs:eu-west-1:${SRC}:failures`;
const TOPIC = `arn:aws:sns:eu-west-1:${DST}:alarms`;
const FAILED = "s3:Replication:OperationFailedReplication" as const;
const open = (Resource: string, Condition: object = {}) =>
  policy({
    Principal: { Service: "s3.amazonaws.com" },
    Action: Resource.includes(":sqs:") ? "sqs:SendMessage" : "sns:Publish",
    Resource,
    Condition,
  });
const FOR_SOURCE = {
  ArnEquals: { "aws:SourceArn": "arn:aws:s3:::source" },
  StringEquals: { "aws:SourceAccount": SRC },
};
const queue = (more: Partial<QueueConfiguration> = {}): NotificationConfiguration => ({
  QueueConfigurations: [{ Id: "failures", QueueArn: QUEUE, Events: [FAILED], ...more }],
});
const notify = (NotificationConfiguration: NotificationConfiguration, SkipDestinationValidation?: boolean) =>
  stage.s3().send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: "source",
      NotificationConfiguration,
      ...(SkipDestinationValidation === undefined ? {} : { SkipDestinationValidation }),
    }),
  );
const shown = async () => {
  const { QueueConfigurations, TopicConfigurations } = await stage
    .s3()
    .send(new GetBucketNotificationConfigurationCommand({ Bucket: "source" }));
  return { QueueConfigurations, TopicConfigurations };
};
const measured = () => configure(rule({}, { Metrics: { Status: "Enabled" } }));
const bodies = (messages: readonly string[]) => messages.map((text) => JSON.parse(text));
/** The notifications of a failed object, without S3's test message. */
async function toldOf(key: string, messages: string[]): Promise<any[]> {
  messages.length = 0;
  await openBucket("s3:ReplicateTags");
  await put(key, underKey());
  await minutes();
  return bodies(messages);
}

describe("notifications of a bucket", () => {
  test("are returned unchanged, with an id where none was given, and removed by an empty document", async () => {
    stage.moto.messaging.add(QUEUE, open(QUEUE));
    const filtered = { Filter: { Key: { FilterRules: [{ Name: "prefix" as const, Value: "in/" }] } } };
    await notify(queue({ Id: undefined, ...filtered }));
    expect(await shown()).toEqual({
      QueueConfigurations: [
        { Id: expect.stringMatching(/./) as string, QueueArn: QUEUE, Events: [FAILED], ...filtered },
      ],
    });
    await notify({});
    expect(await shown()).toEqual({});
  });

  test("start with a test message to each destination, in any account", async () => {
    const { messages } = stage.moto.messaging.add(TOPIC, open(TOPIC, FOR_SOURCE));
    await notify({ TopicConfigurations: [{ TopicArn: TOPIC, Events: ["s3:Replication:*"] }] });
    expect(bodies(messages)).toMatchObject([
      { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "source" },
    ]);
  });

  test.each<[string, () => NotificationConfiguration, RegExp]>([
    [
      "sends to an ARN of another service",
      () => queue({ QueueArn: TOPIC }),
      /^InvalidArgument: The ARN is not/,
    ],
    [
      "sends into another Region",
      () => queue({ QueueArn: QUEUE.replace("eu-west-1", "eu-central-1") }),
      /^InvalidArgument: The notification destination service region is not valid/,
    ],
    [
      "names an event that S3 has not",
      () => queue({ Events: ["s3:Nothing" as never] }),
      /^InvalidArgument: The event/,
    ],
    [
      "names an event that is not modelled",
      () => queue({ Events: ["s3:ObjectCreated:*"] }),
      /^NotImplemented/,
    ],
    ["sends to EventBridge", () => ({ EventBridgeConfiguration: {} }), /^NotImplemented/],
    [
      "has one event twice",
      () => ({
        QueueConfigurations: [
          { QueueArn: QUEUE, Events: [FAILED] },
          { QueueArn: QUEUE, Events: ["s3:Replication:*"] },
        ],
      }),
      /^InvalidArgument: Configuration is ambiguously defined/,
    ],
  ])("are refused where the document %s", async (_what, configuration, refusal) => {
    stage.moto.messaging.add(QUEUE, open(QUEUE));
    expect(await refusalOf(notify(configuration()))).toMatch(refusal);
    expect(await shown()).toEqual({});
  });

  test.each<[string, () => unknown]>([
    ["does not exist", () => stage.moto.messaging.destinations.delete(QUEUE)],
    ["allows no one", () => stage.moto.messaging.add(QUEUE)],
    [
      "allows S3 for another bucket",
      () =>
        stage.moto.messaging.add(
          QUEUE,
          open(QUEUE, { ArnEquals: { "aws:SourceArn": "arn:aws:s3:::other" } }),
        ),
    ],
    [
      "is under the AWS managed key",
      () => stage.moto.messaging.add(QUEUE, open(QUEUE), { KmsMasterKeyId: "alias/aws/sqs" }),
    ],
  ])("are refused where the destination %s, unless validation is skipped", async (_what, prepare) => {
    prepare();
    expect(await refusalOf(notify(queue()))).toBe(
      "InvalidArgument: Unable to validate the following destination configurations",
    );
    expect(await refusalOf(notify(queue(), true))).toBe("none");
  });

  test("are sent to a queue under a customer managed key whose policy lets S3 use it for the bucket", async () => {
    const key = await stage.key();
    stage.moto.messaging.add(QUEUE, open(QUEUE), { KmsMasterKeyId: key });
    expect(await refusalOf(notify(queue()))).not.toBe("none");
    await stage.keyPolicy(key, {
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: FOR_SOURCE,
    });
    expect(await refusalOf(notify(queue()))).toBe("none");
  });
});

describe("a failed replication", () => {
  test("is reported with AWS's failure reason, where S3 measures the rule", async () => {
    const { messages } = stage.moto.messaging.add(QUEUE, open(QUEUE, FOR_SOURCE));
    await notify(queue());
    await measured();
    expect(await toldOf("in/a file", messages)).toMatchObject([
      {
        Records: [
          {
            eventVersion: "2.2",
            eventSource: "aws:s3",
            awsRegion: "eu-west-1",
            eventName: "Replication:OperationFailedReplication",
            s3: {
              configurationId: "failures",
              bucket: { name: "source", arn: "arn:aws:s3:::source" },
              object: { key: "in/a+file", size: 7 },
            },
            replicationEventData: {
              replicationRuleId: "to-target",
              destinationBucket: "arn:aws:s3:::target",
              s3Operation: "OBJECT_PUT",
              requestTime: expect.stringMatching(/^20.*Z$/) as string,
              failureReason: "DstPutObjectNotPermitted",
            },
          },
        ],
      },
    ]);
  });

  test("is not reported where the rule has no metrics, the key prefix differs, or the queue no longer allows S3", async () => {
    const { messages } = stage.moto.messaging.add(QUEUE, open(QUEUE));
    await notify(queue({ Filter: { Key: { FilterRules: [{ Name: "suffix", Value: ".txt" }] } } }));
    await configure();
    expect(await toldOf("a.txt", messages)).toEqual([]);
    await measured();
    expect(await toldOf("a.bin", messages)).toEqual([]);
    const closed = stage.moto.messaging.add(QUEUE);
    expect(await toldOf("b.txt", closed.messages)).toEqual([]);
  });
});

describe("an object under a rule with Replication Time Control", () => {
  const Time = { Minutes: 15 };
  afterEach(() => stage.control("PUT", "faults", { faults: [] }));
  const controlled = () =>
    configure(
      rule(
        {},
        {
          ReplicationTime: { Status: "Enabled", Time },
          Metrics: { Status: "Enabled", EventThreshold: Time },
        },
      ),
    );
  const late = (seconds: number) =>
    stage.control("PUT", "faults", {
      faults: [{ service: "s3", operation: "ReplicateObject", effect: { kind: "late", seconds } }],
    });
  /** Names of the events, and their details about the replication. */
  const told = async (seconds: number, configuration: () => Promise<unknown>) => {
    const { messages } = stage.moto.messaging.add(QUEUE, open(QUEUE));
    await notify(queue({ Events: ["s3:Replication:*"] }));
    await configuration();
    await late(seconds);
    messages.length = 0;
    await put("a", underKey());
    for (let minute = 0; minute < 40; minute += 5) await minutes();
    return bodies(messages).flatMap(({ Records }) =>
      Records.map(({ eventName, replicationEventData }: any) => [eventName, replicationEventData.threshold]),
    );
  };

  test("is reported when it takes longer than 15 minutes, and again when it is replicated", async () => {
    expect(await told(20 * 60, controlled)).toEqual([
      ["Replication:OperationMissedThreshold", "PT15M"],
      ["Replication:OperationReplicatedAfterThreshold", "PT15M"],
    ]);
    expect((await stage.head(stage.s3(), "source", "a")).ReplicationStatus).toBe("COMPLETED");
  });

  test("is not reported when it is replicated in time, nor at any time without Replication Time Control", async () => {
    expect(await told(0, controlled)).toEqual([]);
    expect(await told(20 * 60, measured)).toEqual([]);
  });
});
