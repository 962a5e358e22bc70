/**
 * Configurations of analytics, inventory, metrics and Intelligent-Tiering: stored and returned, without any effect.
 * Source: S3 API reference, "PutBucketInventoryConfiguration" and related operations.
 */
import { AwsError, type Call } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import { CONFIGURATIONS } from "../operations";
import type { S3Parts } from "../parts";
import type { Bucket } from "../state";
import { emptyAnswer, readXml, textOf, xmlAnswer, type XmlElement } from "../xml";

/** Maximum of each kind in a bucket, and in one response. */
const MOST = 1000;
const PAGE = 100;

/** Root elements of the list responses. */
const LISTS: Readonly<Record<string, string>> = {
  Analytics: "ListBucketAnalyticsConfigurationResult",
  Inventory: "ListInventoryConfigurationsResult",
  IntelligentTiering: "ListBucketIntelligentTieringConfigurationsOutput",
  Metrics: "ListMetricsConfigurationsResult",
};

export function configurationRelays({ state }: S3Parts): Readonly<Record<string, Relay>> {
  const of = (call: Call) => bucketOf(state, call);
  return Object.fromEntries(
    Object.values(CONFIGURATIONS).flatMap((kind): readonly (readonly [string, Relay])[] => [
      [
        `PutBucket${kind}Configuration`,
        ({ call, request }) => answered(() => put(of(call), kind, call, readXml(request.body, rootOf(kind)))),
      ],
      [
        `GetBucket${kind}Configuration`,
        ({ call }) => answered(() => xmlAnswer(rootOf(kind), named(of(call), kind, call))),
      ],
      [
        `DeleteBucket${kind}Configuration`,
        ({ call }) =>
          answered(() => {
            named(of(call), kind, call);

            delete kept(of(call), kind)[idOf(call)];
            return emptyAnswer(204);
          }),
      ],
      [`ListBucket${kind}Configurations`, ({ call }) => answered(() => list(of(call), kind, call))],
    ]),
  );
}

async function answered(answer: () => Awaited<ReturnType<Relay>>): ReturnType<Relay> {
  return Promise.resolve(answer());
}

function rootOf(kind: string): string {
  return `${kind}Configuration`;
}

function idOf({ input }: Call): string {
  return String(input["Id"] ?? "");
}

function kept(bucket: Bucket, kind: string): Record<string, XmlElement> {
  return ((bucket.configurations ??= {})[kind] ??= {});
}

/** @throws AwsError `InvalidArgument` for a document with another id, `TooManyConfigurations` */
function put(bucket: Bucket, kind: string, call: Call, document: XmlElement): Awaited<ReturnType<Relay>> {
  const id = idOf(call);
  if (id === "" || textOf(document, "Id") !== id) throw new AwsError("InvalidArgument", "Invalid Argument");
  const all = kept(bucket, kind);
  if (!Object.hasOwn(all, id) && Object.keys(all).length >= MOST) {
    throw new AwsError(
      "TooManyConfigurations",
      "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.",
    );
  }
  all[id] = document;
  return emptyAnswer();
}

/** @throws AwsError `NoSuchConfiguration` */
function named(bucket: Bucket, kind: string, call: Call): XmlElement {
  const all = kept(bucket, kind);
  const found = Object.hasOwn(all, idOf(call)) ? all[idOf(call)] : undefined;
  if (found !== undefined) return found;
  throw new AwsError("NoSuchConfiguration", "The specified configuration does not exist.", 404);
}

/** A page in the order of ids; the token is the last id of the page before. */
function list(bucket: Bucket, kind: string, { input }: Call): Awaited<ReturnType<Relay>> {
  const token = String(input["ContinuationToken"] ?? "");
  const all = kept(bucket, kind);
  const left = Object.keys(all)
    .sort()
    .filter((id) => id > token);
  const page = left.slice(0, PAGE);
  const isTruncated = left.length > page.length;
  return xmlAnswer(LISTS[kind] ?? "", {
    ...(token === "" ? {} : { ContinuationToken: token }),
    IsTruncated: String(isTruncated),
    ...(isTruncated ? { NextContinuationToken: page.at(-1) } : {}),
    [rootOf(kind)]: page.map((id) => all[id] ?? {}),
  });
}
