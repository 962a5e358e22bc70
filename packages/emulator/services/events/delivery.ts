import { parseArn } from "@keyferry/common";
import { AwsError, type Caller, type Cloud, type JsonObject } from "../../contract";
import { matches } from "./pattern";

/** An event as EventBridge delivers it. */
export interface BusEvent {
  readonly account: string;
  readonly region: string;
  readonly event: JsonObject;
}

const EVENT_BRIDGE: Caller = {
  kind: "service",
  account: "events.amazonaws.com",
  arn: "events.amazonaws.com",
  userId: "events.amazonaws.com",
  identity: [],
};

/** Delivers an event on the default bus to the queues of the matching rules. An event that cannot be delivered is lost. */
export async function deliver(cloud: Cloud, { account, region, event }: BusEvent): Promise<void> {
  const ask = (operation: string, input: JsonObject) =>
    cloud.moto.json("events", account, region, `AWSEvents.${operation}`, input);
  const rules = ((await ask("ListRules", {}))["Rules"] ?? []) as readonly JsonObject[];
  for (const rule of rules) {
    if (rule["State"] !== "ENABLED" || typeof rule["EventPattern"] !== "string") continue;
    if (!matches(JSON.parse(rule["EventPattern"]), event)) continue;
    const listed = await ask("ListTargetsByRule", { Rule: rule["Name"] });
    for (const target of (listed["Targets"] ?? []) as readonly JsonObject[])
      await send(cloud, String(target["Arn"]), String(rule["Arn"]), event);
  }
}

/** The queue's policy must allow EventBridge. Source: EventBridge user guide, "Amazon SQS permissions". */
async function send(cloud: Cloud, queue: string, rule: string, event: JsonObject): Promise<void> {
  const { account = "", region = "", resource: QueueName = "" } = parseArn(queue) ?? {};
  const sqs = (operation: string, input: JsonObject) =>
    cloud.moto.json("sqs", account, region, `AmazonSQS.${operation}`, input);
  try {
    const { QueueUrl } = await sqs("GetQueueUrl", { QueueName });
    const { Attributes } = await sqs("GetQueueAttributes", { QueueUrl, AttributeNames: ["Policy"] });
    const policy = (Attributes as JsonObject | undefined)?.["Policy"];
    const verdict = await cloud.decide(EVENT_BRIDGE, {
      action: "sqs:SendMessage",
      resource: queue,
      resourceAccount: account,
      context: { "aws:SourceArn": rule, "aws:SourceAccount": account },
      resourcePolicy:
        typeof policy === "string"
          ? { name: `policy of queue ${QueueName}`, document: JSON.parse(policy) as unknown }
          : undefined,
    });
    if (verdict.allowed) await sqs("SendMessage", { QueueUrl, MessageBody: JSON.stringify(event) });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
}
