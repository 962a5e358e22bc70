import { AwsError, type Call, type JsonObject, type Operation } from "../../contract";
import { recordOf } from "../../trail/record";
import type { History, TrailEvent } from "../../trail/history";

const LARGEST_PAGE = 50;

/** The attributes by which events can be looked up. Source: CloudTrail API reference, "LookupAttribute". */
const ATTRIBUTES: Readonly<Record<string, (event: TrailEvent) => readonly (string | undefined)[]>> = {
  AccessKeyId: (event) => [accessKeyOf(event)],
  EventId: (event) => [event.eventId],
  EventName: (event) => [event.name],
  EventSource: (event) => [event.source],
  ReadOnly: (event) => [String(event.readOnly)],
  ResourceName: (event) => event.resources?.map(({ arn }) => arn) ?? [],
  ResourceType: (event) => event.resources?.map(({ type }) => type) ?? [],
  Username: (event) => [event.username],
};

/** LookupEvents: the management events of the caller's account in one Region, newest first. */
export function lookupEvents(history: History): Operation {
  return {
    checks: () => [{ action: "cloudtrail:LookupEvents", resource: "*" }],
    run(call) {
      if (call.input["EventCategory"] !== undefined) {
        throw new AwsError("UnsupportedOperation", "The rehearsal cloud has no Insights events.");
      }
      const from = timeOf(call, "StartTime") ?? -Infinity;
      const until = timeOf(call, "EndTime") ?? Infinity;
      if (from > until) throw new AwsError("InvalidTimeRangeException", "The time range is not valid.");
      const matches = attributeOf(call);
      const found = history
        .of(call.caller.account, call.region)
        .filter((event) => inSeconds(event.time) >= from && inSeconds(event.time) <= until && matches(event));
      return page(call, found);
    },
  };
}

/** A page starts after the last event of the previous one, so that new events do not shift the pages. */
function page(call: Call, found: readonly TrailEvent[]): JsonObject {
  const size = Number(call.input["MaxResults"] ?? LARGEST_PAGE);
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    throw new AwsError("InvalidMaxResultsException", "Value for MaxResults must be between 1 and 50.");
  }
  const after = call.input["NextToken"];
  const last = after === undefined ? -1 : found.findIndex(({ eventId }) => eventId === after);
  if (after !== undefined && last === -1) {
    throw new AwsError("InvalidNextTokenException", "The NextToken is invalid.");
  }
  const events = found.slice(last + 1, last + 1 + size);
  const more = last + 1 + size < found.length;
  return {
    Events: events.map((event) => answerOf(event, call.caller.account)),
    NextToken: more ? events.at(-1)?.eventId : undefined,
  };
}

function answerOf(event: TrailEvent, account: string): JsonObject {
  return {
    EventId: event.eventId,
    EventName: event.name,
    ReadOnly: String(event.readOnly),
    AccessKeyId: accessKeyOf(event),
    EventTime: inSeconds(event.time),
    EventSource: event.source,
    Username: event.username,
    Resources: event.resources?.map(({ arn, type }) => ({ ResourceType: type, ResourceName: arn })) ?? [],
    CloudTrailEvent: JSON.stringify(recordOf(event, account)),
  };
}

function attributeOf(call: Call): (event: TrailEvent) => boolean {
  const asked = call.input["LookupAttributes"] ?? [];
  const attributes = Array.isArray(asked) ? (asked as readonly JsonObject[]) : [];
  const [first] = attributes;
  if (first === undefined) return () => true;
  const read = ATTRIBUTES[String(first["AttributeKey"])];
  if (read === undefined || attributes.length > 1) {
    throw new AwsError(
      "InvalidLookupAttributesException",
      `Only one attribute is supported, one of ${Object.keys(ATTRIBUTES).join(", ")}.`,
    );
  }
  const value = String(first["AttributeValue"]);
  return (event) => read(event).includes(value);
}

function accessKeyOf({ identity }: TrailEvent): string | undefined {
  const id = identity["accessKeyId"];
  return typeof id === "string" ? id : undefined;
}

function timeOf(call: Call, name: string): number | undefined {
  const value = call.input[name];
  if (value === undefined) return undefined;
  const seconds = typeof value === "number" ? value : Date.parse(String(value)) / 1000;
  if (Number.isFinite(seconds)) return seconds;
  throw new AwsError("InvalidTimeRangeException", `${name} is not a time.`);
}

/** The event history counts whole seconds. */
function inSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
