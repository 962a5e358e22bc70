/** The event notifications of a bucket, as S3 reads them. Sources: S3 API reference, "PutBucketNotificationConfiguration"; S3 user guide, "Event notification types and destinations". */
import { parseArn } from "@keyferry/common";
import { AwsError } from "../../../contract";
import type { Bucket } from "../state";
import { element, elements, isElement, malformedXml, textOf, type XmlElement } from "../xml";

/** The events that are sent to one destination. */
export interface Notification {
  readonly id: string;
  /** ARN of a topic or a queue. */
  readonly destination: string;
  /** `s3:Replication:*` */
  readonly events: readonly string[];
  /** Prefixes and suffixes of the objects' keys. */
  readonly prefix: string;
  readonly suffix: string;
}

/** Elements of the document, and the service that each one sends to. */
const KINDS = [
  { name: "TopicConfiguration", arn: "Topic", service: "sns" },
  { name: "QueueConfiguration", arn: "Queue", service: "sqs" },
] as const;

const REPLICATION = [
  "s3:Replication:*",
  "s3:Replication:OperationFailedReplication",
  "s3:Replication:OperationMissedThreshold",
  "s3:Replication:OperationNotTracked",
  "s3:Replication:OperationReplicatedAfterThreshold",
];

/** S3 events that are not sent here. */
const OTHER_EVENTS =
  /^s3:(ObjectCreated|ObjectRemoved|ObjectRestore|ObjectTagging|ObjectAcl|ObjectAnnotation|LifecycleExpiration|LifecycleTransition|IntelligentTiering|ReducedRedundancyLostObject|TestEvent)(:|$)/;

/**
 * The notifications of a document, and the document as S3 returns it: with the ids that S3 generates for those without
 * one.
 * @param newId generates an id
 * @throws AwsError for what S3 refuses before it checks the destinations, `NotImplemented` for what is not modelled
 */
export function readNotifications(
  bucket: Bucket,
  given: XmlElement,
  newId: () => string,
): { readonly document: XmlElement; readonly notifications: readonly Notification[] } {
  refuseOthers(given);
  const document: Record<string, XmlElement[string]> = {};
  const notifications: Notification[] = [];
  for (const { name, arn, service } of KINDS) {
    const shown = elements(given, name).map((one) => {
      if (!isElement(one)) throw malformedXml();
      const id = textOf(one, "Id") ?? newId();
      notifications.push(readOne(bucket, one, { id, arn, service }));
      return { ...one, Id: id };
    });
    if (shown.length > 0) document[name] = shown;
  }
  refuseRepeatedIds(notifications);
  refuseOverlaps(notifications);
  return { document, notifications };
}

function refuseOthers(given: XmlElement): void {
  const known: readonly string[] = KINDS.map(({ name }) => name);
  for (const [name, what] of [
    ["CloudFunctionConfiguration", "notifications of Lambda functions in S3"],
    ["EventBridgeConfiguration", "events of S3 on EventBridge's buses"],
  ] as const)
    if (given[name] !== undefined) throw notModelled(what);
  const other = Object.keys(given).some((name) => !known.includes(name));
  if (other) throw malformedXml();
}

function readOne(
  bucket: Bucket,
  from: XmlElement,
  { id, arn, service }: { readonly id: string; readonly arn: string; readonly service: string },
): Notification {
  const destination = textOf(from, arn) ?? "";
  const events = elements(from, "Event").map(String);
  if (events.length === 0) throw malformedXml();
  events.forEach(checkEvent);
  const parsed = parseArn(destination);
  if (parsed?.service !== service) throw invalid("The ARN is not well formed");
  if (parsed.region !== bucket.region)
    throw invalid(
      "The notification destination service region is not valid for the bucket location constraint",
    );
  return { id, destination, events, ...readFilter(from) };
}

function checkEvent(event: string): void {
  if (REPLICATION.includes(event)) return;
  if (OTHER_EVENTS.test(event)) throw notModelled(`events of S3 of the type ${event}`);
  throw invalid(`The event '${event}' is not supported for notifications`);
}

function readFilter(from: XmlElement): Pick<Notification, "prefix" | "suffix"> {
  const found = { prefix: "", suffix: "" };
  for (const rule of elements(element(element(from, "Filter"), "S3Key"), "FilterRule")) {
    const name = isElement(rule) ? (textOf(rule, "Name") ?? "").toLowerCase() : "";
    if (name !== "prefix" && name !== "suffix")
      throw invalid("filter rule name must be either prefix or suffix");
    found[name] = textOf(rule as XmlElement, "Value") ?? "";
  }
  return found;
}

function refuseRepeatedIds(notifications: readonly Notification[]): void {
  if (new Set(notifications.map(({ id }) => id)).size !== notifications.length)
    throw invalid("Same ID used for multiple configurations. IDs must be unique");
}

/** Each event of an object is sent to only one destination. */
function refuseOverlaps(notifications: readonly Notification[]): void {
  const overlaps = notifications.some((one, index) =>
    notifications.slice(index + 1).some((other) => overlap(one, other)),
  );
  if (overlaps)
    throw invalid(
      "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
    );
}

function overlap(one: Notification, other: Notification): boolean {
  const meet = (a: string, b: string, has: "startsWith" | "endsWith") => a[has](b) || b[has](a);
  return (
    meet(one.prefix, other.prefix, "startsWith") &&
    meet(one.suffix, other.suffix, "endsWith") &&
    one.events.some((event) =>
      other.events.some((second) => isMeant(event, second) || isMeant(second, event)),
    )
  );
}

/** Whether a notification for `named`, which may end in `*`, applies to `event`. */
export function isMeant(named: string, event: string): boolean {
  return named === event || (named.endsWith("*") && event.startsWith(named.slice(0, -1)));
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidArgument", message);
}

function notModelled(what: string): AwsError {
  return new AwsError("NotImplemented", `The rehearsal cloud does not model ${what}.`);
}
