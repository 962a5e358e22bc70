import type { Json, JsonObject } from "../contract";
import type { TrailEvent } from "./history";

/** The record in the form in which CloudTrail delivers it. Source: CloudTrail user guide, "CloudTrail record contents". */
export function recordOf(event: TrailEvent, account: string): JsonObject {
  const { type = "AwsApiCall", error, resources } = event;
  return {
    eventVersion: "1.08",
    userIdentity: event.identity,
    eventTime: `${event.time.toISOString().slice(0, 19)}Z`,
    eventSource: event.source,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: event.sourceAddress ?? "127.0.0.1",
    userAgent: event.userAgent ?? "keyferry-rehearsal",
    ...(error === undefined ? {} : { errorCode: error.code, errorMessage: error.message }),
    requestParameters: event.request === undefined ? null : camel(event.request),
    responseElements: event.response === undefined ? null : camel(event.response),
    ...(event.requestId === undefined ? {} : { requestID: event.requestId }),
    eventID: event.eventId,
    readOnly: event.readOnly,
    ...(resources === undefined
      ? {}
      : {
          resources: resources.map(({ arn, account: accountId, type: kind }) => ({
            accountId,
            type: kind,
            ARN: arn,
          })),
        }),
    eventType: type,
    managementEvent: true,
    recipientAccountId: account,
    ...(event.sharedEventId === undefined ? {} : { sharedEventID: event.sharedEventId }),
    ...(event.serviceEventDetails === undefined ? {} : { serviceEventDetails: event.serviceEventDetails }),
    eventCategory: "Management",
  };
}

/** Names of members begin in lower case; keys that a user chose (`aws:ebs:id`) are unchanged. */
function camel(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(camel);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      /^[A-Za-z]+$/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name,
      camel(inner),
    ]),
  );
}
