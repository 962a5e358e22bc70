import { parseArn } from "@keyferry/common";
import { AwsError, type Call, type JsonObject } from "../../contract";
import type { MountedService, Relay } from "../../dispatch";
import { authorised, given, ON_ANY, ownArn, rows, type StoredTable } from "../stored/table";
import type { EventBus } from "./bus";
import { BadPattern, checkPattern } from "./pattern";

const TABLE: StoredTable = {
  ...rows(
    { on: (call) => [ruleArn(call, given(call.input, "Name"))] },
    "DeleteRule",
    "DescribeRule",
    "DisableRule",
    "EnableRule",
  ),
  ...rows(
    { on: (call) => [ruleArn(call, given(call.input, "Rule"))] },
    "ListTargetsByRule",
    "PutTargets",
    "RemoveTargets",
  ),
  ...rows(
    { on: (call) => [given(call.input, "ResourceARN")] },
    "ListTagsForResource",
    "TagResource",
    "UntagResource",
  ),
  PutRule: { on: (call) => [ruleArn(call, given(call.input, "Name"))], tagging: "TagResource" },
  ListRules: ON_ANY,
  DescribeEventBus: ON_ANY,
  ListEventBuses: ON_ANY,
};

/** EventBridge: rules on the default bus, stored in moto; the bus delivers their events to queues. */
export function eventsService(bus: EventBus): MountedService {
  return {
    name: "events",
    protocol: "json",
    operations: {},
    forwarded: authorised("events", TABLE),
    relays: { PutRule: putRule(bus), PutTargets: putTargets },
    unlisted: "administrators",
  };
}

function putRule(bus: EventBus): Relay {
  return async ({ call, request, forward }) => {
    const { EventPattern, EventBusName, ScheduleExpression } = call.input;
    if (ScheduleExpression !== undefined) throw notModelled("rules on a schedule");
    if (EventBusName !== undefined && !isDefault(String(EventBusName)))
      throw notModelled("rules on other buses");
    if (typeof EventPattern === "string") readPattern(EventPattern);
    const response = await forward(request);
    if (response.status < 400) bus.watch(call.caller.account, call.region);
    return response;
  };
}

/** @throws AwsError InvalidEventPatternException for an invalid pattern, UnsupportedOperation for unknown operators */
function readPattern(text: string): void {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw new AwsError("InvalidEventPatternException", "Event pattern is not valid. Reason: it is not JSON");
  }
  try {
    checkPattern(pattern);
  } catch (error) {
    if (error instanceof BadPattern) throw notModelled(`this event pattern: ${error.message}`);
    throw error;
  }
}

/** Only targets that events are really delivered to are accepted. */
const putTargets: Relay = ({ call, request, forward }) => {
  for (const target of (call.input["Targets"] ?? []) as readonly JsonObject[]) {
    const { service, account, region } = parseArn(String(target["Arn"])) ?? {};
    if (service !== "sqs" || account !== call.caller.account || region !== call.region)
      throw notModelled("targets other than SQS queues of the rule's own account and Region");
    const changed = ["Input", "InputPath", "InputTransformer", "DeadLetterConfig", "SqsParameters"].find(
      (name) => target[name] !== undefined,
    );
    if (changed !== undefined) throw notModelled(`${changed} of a target`);
  }
  return forward(request);
};

function ruleArn(call: Call, name: string): string {
  return ownArn(call, "events", `rule/${name}`);
}

function isDefault(bus: string): boolean {
  return bus === "default" || bus.endsWith(":event-bus/default");
}

function notModelled(what: string): AwsError {
  return new AwsError("UnsupportedOperation", `The rehearsal cloud does not model ${what} in EventBridge.`);
}
