import type { Event } from "@aws-sdk/client-cloudtrail";
import { isRecord } from "@keyferry/common";
import type { Place } from "../../topology";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";
import { readTrailRecord, type TrailRecord } from "./trail-record";

/** A period of time. */
export interface TrailWindow {
  readonly from: Date;
  /** @default - now, by AWS's clock */
  readonly until?: Date;
}

/** The matching events in the event history of one account and Region. */
export interface TrailExtract {
  /** Newest first. */
  readonly records: readonly TrailRecord[];
  /** Whether there were more events than the limit; the older ones are missing. */
  readonly isCut: boolean;
}

/**
 * CloudTrail's event history of an account and Region: management events of the last 90 days, with or without a trail.
 * AWS allows two calls per second, with 50 events each. Source: CloudTrail user guide, "Working with CloudTrail event history".
 */
export interface KeyTrailPort {
  /** Calls on a key in any account and Region. @param arn of the key */
  ofKey(arn: string, window: TrailWindow): Promise<TrailExtract>;
  /** Calls of one operation: `CopyImage`. */
  ofOperation(name: string, window: TrailWindow): Promise<TrailExtract>;
}

/** Maximum number of pages: a key that is used constantly has too many events to read; 200 pages take two minutes. */
const MOST_RECORDS = 10_000;

/** The port on real CloudTrail. */
export function keyTrailPort(place: Place, entry: Entry): KeyTrailPort {
  const load = lazily(() => {
    const cloudTrail = sdk.cloudTrail();
    return { cloudTrail, client: clientOf(cloudTrail.CloudTrailClient, place.region, entry) };
  });
  const look = async (
    attribute: { readonly AttributeKey: "ResourceName" | "EventName"; readonly AttributeValue: string },
    { from, until }: TrailWindow,
  ): Promise<TrailExtract> => {
    const { cloudTrail, client } = load();
    const site = {
      operation: `LookupEvents ${attribute.AttributeValue}`,
      account: place.account.id,
      region: place.region,
    };
    const input = {
      LookupAttributes: [attribute],
      StartTime: from,
      ...(until === undefined ? {} : { EndTime: until }),
    };
    return call(site, async () => {
      const records: TrailRecord[] = [];
      for await (const { Events = [] } of cloudTrail.paginateLookupEvents({ client }, input)) {
        records.push(...Events.flatMap(recordOf));
        if (records.length >= MOST_RECORDS) return { records: records.slice(0, MOST_RECORDS), isCut: true };
      }
      return { records, isCut: false };
    });
  };
  return {
    ofKey: (arn, window) => look({ AttributeKey: "ResourceName", AttributeValue: arn }, window),
    ofOperation: (name, window) => look({ AttributeKey: "EventName", AttributeValue: name }, window),
  };
}

function recordOf({ CloudTrailEvent }: Event): readonly TrailRecord[] {
  const event: unknown = JSON.parse(CloudTrailEvent ?? "{}");
  return isRecord(event) ? [readTrailRecord(event)] : [];
}
