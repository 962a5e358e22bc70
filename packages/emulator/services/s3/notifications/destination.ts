/** Queues and topics that S3 sends to. Sources: SQS and SNS user guides; S3 user guide, "Granting permissions to publish event notification messages to a destination". */
import { parseArn } from "@keyferry/common";
import { parsedPolicy } from "../../../authorise/parsed-policy";
import { AwsError, type Caller, type Cloud, type JsonObject } from "../../../contract";
import { s3Arn } from "../access";
import type { Bucket } from "../state";

type Attributes = Readonly<Record<string, string>>;

/** How one service is called. */
interface DestinationKind {
  readonly word: "queue" | "topic";
  /** The permission that S3 needs. */
  readonly action: string;
  /** @throws AwsError if it does not exist */
  readonly attributesOf: (cloud: Cloud, arn: string) => Promise<Attributes>;
  readonly send: (cloud: Cloud, arn: string, message: string) => Promise<unknown>;
}

const KINDS: Readonly<Record<string, DestinationKind>> = {
  sqs: {
    word: "queue",
    action: "sqs:SendMessage",
    async attributesOf(cloud, arn) {
      const answer = await sqs(cloud, arn, "GetQueueAttributes", { AttributeNames: ["All"] });
      return answer["Attributes"] as Attributes;
    },
    send: (cloud, arn, MessageBody) => sqs(cloud, arn, "SendMessage", { MessageBody }),
  },
  sns: {
    word: "topic",
    action: "sns:Publish",
    async attributesOf(cloud, arn) {
      const { Attributes: found } = await sns(cloud, arn, "GetTopicAttributes", {});
      const entries = [(found as JsonObject)["entry"]].flat() as { key: string; value: string }[];
      return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
    },
    send: (cloud, arn, Message) => sns(cloud, arn, "Publish", { Message, Subject: "Amazon S3 Notification" }),
  },
};

const S3: Caller = {
  kind: "service",
  account: "s3.amazonaws.com",
  arn: "s3.amazonaws.com",
  userId: "s3.amazonaws.com",
  identity: [],
};

/** Why S3 may not send to a destination; undefined if it may. */
export async function refusalOf(cloud: Cloud, bucket: Bucket, arn: string): Promise<string | undefined> {
  const { service = "", account = "", resource = "" } = parseArn(arn) ?? {};
  const kind = kindOf(service);
  if (resource.endsWith(".fifo")) return `The destination ${kind.word} is a FIFO ${kind.word}`;
  let attributes: Attributes;
  try {
    attributes = await kind.attributesOf(cloud, arn);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return `The destination ${kind.word} does not exist`;
  }
  const { Policy: text } = attributes;
  const context = { "aws:SourceArn": s3Arn(bucket), "aws:SourceAccount": bucket.account };
  const verdict = await cloud.decide(S3, {
    action: kind.action,
    resource: arn,
    resourceAccount: account,
    context,
    resourcePolicy:
      text === undefined || text === ""
        ? undefined
        : { name: `policy of ${kind.word} ${resource}`, document: parsedPolicy(text) },
  });
  const isOpen = verdict.allowed && (await mayUseKey(cloud, arn, attributes["KmsMasterKeyId"], context));
  return isOpen
    ? undefined
    : `Permissions on the destination ${kind.word} do not allow S3 to publish notifications from this bucket`;
}

/** Sends a message to a destination that accepts it; otherwise the message is lost. */
export async function send(cloud: Cloud, bucket: Bucket, arn: string, message: object): Promise<void> {
  if ((await refusalOf(cloud, bucket, arn)) !== undefined) return;
  await kindOf(parseArn(arn)?.service ?? "").send(cloud, arn, JSON.stringify(message));
}

/** The policy of the AWS managed key does not allow services to use it on their own behalf. */
async function mayUseKey(
  cloud: Cloud,
  arn: string,
  keyId: string | undefined,
  context: Readonly<Record<string, string>>,
): Promise<boolean> {
  if (keyId === undefined || keyId === "") return true;
  const { service = "", account = "", region = "" } = parseArn(arn) ?? {};
  const key = cloud.keys.find(keyId, account, region);
  if (key === undefined) return false;
  for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
    const verdict = await cloud.keys.allows(S3, action, key, { service, context });
    if (!verdict.allowed) return false;
  }
  return true;
}

function kindOf(service: string): DestinationKind {
  const kind = KINDS[service];
  if (kind === undefined) throw new TypeError(`S3 does not send to ${service}`);
  return kind;
}

async function sqs(cloud: Cloud, arn: string, operation: string, input: JsonObject): Promise<JsonObject> {
  const { account = "", region = "", resource: QueueName = "" } = parseArn(arn) ?? {};
  const ask = (name: string, members: JsonObject) =>
    cloud.moto.json("sqs", account, region, `AmazonSQS.${name}`, members);
  const { QueueUrl } = await ask("GetQueueUrl", { QueueName });
  return ask(operation, { QueueUrl, ...input });
}

function sns(
  cloud: Cloud,
  TopicArn: string,
  operation: string,
  input: Record<string, string>,
): Promise<JsonObject> {
  const { account = "", region = "" } = parseArn(TopicArn) ?? {};
  return cloud.moto.query("sns", account, region, operation, { TopicArn, ...input });
}
