import { isRecord, parseArn } from "@keyferry/common";
import { BUCKET_NAME_WORDS, isBucketName, MAX_BUCKET_NAME } from "../../core/bucket-name";
import type { Problem } from "../../core/errors";
import { checkTagKeys } from "../../kinds/shared/declare/check-tag-keys";
import type { RawPart } from "../../kinds/declared-kind";
import { checkAccountName, checkNames, checkRegion } from "../check-names";
import { rawBucketRules, rawBuckets, type RawBucket, type RawBucketRule } from "./raw";

/** Maximum tags of an object. Source: S3 user guide, Categorizing your objects using tags. */
const MAX_OBJECT_TAGS = 10;

type Accounts = Readonly<Record<string, unknown>>;

/** Checks the meaning of the bucket rules on input of any shape; only parts with the right shape are checked. */
export function checkBuckets(topology: RawPart, accounts: Accounts): readonly Problem[] {
  const rules = rawBucketRules(topology);
  const buckets = rules.flatMap((rule) => rawBuckets(rule, accounts));
  return [
    ...(isRecord(topology["buckets"]) ? checkNames("buckets", topology["buckets"]) : []),
    ...rules.flatMap((rule) => [
      ...rawBuckets(rule, accounts).flatMap((bucket) => checkBucket(bucket, accounts)),
      ...checkOptions(rule, buckets),
      ...checkExistingObjects(rule, rules),
      ...checkEvents(rule, rules),
      ...checkReports(rule, buckets, rules),
      ...checkObjectLock(rule, buckets, rules),
      ...checkTwice(rawBuckets(rule, accounts)),
    ]),
    ...checkAgreement(buckets),
    ...checkStateBucket(topology, buckets),
  ];
}

/** Checks where a bucket is, its name, and whether the settings fit an existing or a new bucket. */
function checkBucket(raw: RawBucket, accounts: Accounts): readonly Problem[] {
  const { path, part } = raw;
  // The Regions of a destination share its settings, so their problems are reported only once.
  const isFirst = raw.side === "source" || raw.regionPath.endsWith("[0]");
  return [
    ...(isFirst ? checkAccountName(raw.account, `${path}.account`, accounts) : []),
    ...checkRegion(raw.region, raw.regionPath),
    ...checkDefaultName(raw),
    ...(isFirst ? [...checkNameOfOne(raw), ...checkExisting(path, part)] : []),
  ];
}

/** A default name, made of the source's name and the place, may be too long. */
function checkDefaultName({ part, bucket, regionPath, path }: RawBucket): readonly Problem[] {
  if (part["bucket"] !== undefined || bucket === undefined || isBucketName(bucket)) return [];
  return [
    {
      path: regionPath,
      what: `the default name of its bucket would be ${bucket}, with ${bucket.length} characters`,
      allowed: bucket.length > MAX_BUCKET_NAME ? `${MAX_BUCKET_NAME} characters` : BUCKET_NAME_WORDS,
      fix: `name the bucket yourself: ${path}.bucket`,
    },
  ];
}

/** A name belongs to one bucket, which is in one Region. */
function checkNameOfOne({ side, part, path }: RawBucket): readonly Problem[] {
  const regions = part["regions"];
  if (side === "source") return [];
  if (part["existing"] === true && part["bucket"] === undefined) {
    return [{ path: `${path}.bucket`, what: "it is missing", allowed: "the name of the existing bucket" }];
  }
  if (part["bucket"] === undefined || !Array.isArray(regions) || regions.length < 2) return [];
  return [
    {
      path: `${path}.bucket`,
      what: `one name is given for the buckets in ${regions.length} Regions`,
      allowed: "a name only for a destination with one Region",
      fix: "leave it out, or declare a separate destination for each Region",
    },
  ];
}

function checkExisting(path: string, part: RawPart): readonly Problem[] {
  if (part["existing"] === true) {
    return part["key"] === undefined
      ? [
          {
            path: `${path}.key`,
            what: "it is missing",
            allowed: "the alias of the customer managed key of the existing bucket's default encryption",
          },
        ]
      : [];
  }
  return ["key", "otherKeys"].flatMap((setting) =>
    part[setting] === undefined
      ? []
      : [
          {
            path: `${path}.${setting}`,
            what: "the foundation creates this bucket and its key",
            fix: `leave it out, or set ${path}.existing to true`,
          },
        ],
  );
}

/** Settings that S3 refuses, or that would have no effect. */
function checkOptions({ rule, path }: RawBucketRule, all: readonly RawBucket[]): readonly Problem[] {
  const filter = isRecord(rule["filter"]) ? rule["filter"] : {};
  const tags = isRecord(filter["tags"]) ? Object.keys(filter["tags"]).length : 0;
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  const receives = all.some(({ side, bucket }) => side === "destination" && bucket === from["bucket"]);
  return [
    ...checkTagKeys(rule["tags"], `${path}.tags`),
    ...(rule["deleteMarkers"] === true && tags > 0
      ? [
          {
            path: `${path}.deleteMarkers`,
            what: "delete markers have no tags, so a rule that filters by tags does not replicate them",
            fix: "leave it out, or filter only by prefix",
          },
        ]
      : []),
    ...(tags > MAX_OBJECT_TAGS
      ? [
          {
            path: `${path}.filter.tags`,
            what: `no object can have all of these ${tags} tags`,
            allowed: `at most ${MAX_OBJECT_TAGS}, the maximum of an object`,
          },
        ]
      : []),
    ...(rule["replicaModifications"] === true && !receives && from["existing"] !== true
      ? [
          {
            path: `${path}.replicaModifications`,
            what: "no rule replicates into the source, so it has no replicas whose metadata could change",
            fix: "leave it out, or add the rule in the other direction",
          },
        ]
      : []),
  ];
}

/** Re-encryption is allowed only for existing sources, and all rules of a source that replicate existing objects must use it. */
function checkExistingObjects(
  { rule, path }: RawBucketRule,
  all: readonly RawBucketRule[],
): readonly Problem[] {
  if (rule["existingObjects"] !== "re-encrypt") return [];
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  const other = all.find(
    (one) =>
      isRecord(one.rule["from"]) &&
      one.rule["from"]["bucket"] === from["bucket"] &&
      (one.rule["existingObjects"] ?? "replicate") === "replicate",
  );
  return [
    ...(from["existing"] === true
      ? []
      : [
          {
            path: `${path}.existingObjects`,
            what: "the foundation creates the source, and all of its objects are under its key",
            allowed: "replicate or leave",
            fix: `leave it out, or set ${path}.from.existing to true`,
          },
        ]),
    ...(other === undefined
      ? []
      : [
          {
            path: `${path}.existingObjects`,
            what: `${other.path} replicates the objects of the same source without re-encryption`,
            allowed: "re-encrypt in all rules of a source, except those with leave",
            fix: `set ${other.path}.existingObjects to re-encrypt or leave`,
          },
        ]),
  ];
}

/** S3 sends events to one topic or queue of its own Region. The notifications of an existing bucket belong to its owner. */
function checkEvents({ rule, path }: RawBucketRule, all: readonly RawBucketRule[]): readonly Problem[] {
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  const events = from["replicationEvents"];
  if (typeof events !== "string") return [];
  const at = `${path}.from.replicationEvents`;
  const other = all.find(
    (one) =>
      isRecord(one.rule["from"]) &&
      one.rule["from"]["bucket"] === from["bucket"] &&
      (one.rule["from"]["replicationEvents"] ?? events) !== events,
  );
  const region = parseArn(events)?.region;
  return [
    ...(from["existing"] === true
      ? [
          {
            path: at,
            what: "this would replace all notifications of the existing bucket: AWS keeps one notification configuration for each bucket",
            fix: "leave it out, and add the event s3:Replication:* where the bucket's notifications are configured",
          },
        ]
      : []),
    ...(region === undefined || typeof from["region"] !== "string" || region === from["region"]
      ? []
      : [
          {
            path: at,
            what: `it is in ${region}`,
            allowed: `a topic or queue of the source's Region, ${from["region"]}`,
          },
        ]),
    ...(other === undefined
      ? []
      : [
          {
            path: at,
            what: `${other.path}.from names another topic or queue for the same source`,
            allowed: "the same one in all rules of a source",
          },
        ]),
  ];
}

/** Reports are under SSE-S3, which buckets of the foundation refuse. Jobs process one source at a time, so its rules share one bucket. */
function checkReports(
  { rule, path }: RawBucketRule,
  buckets: readonly RawBucket[],
  all: readonly RawBucketRule[],
): readonly Problem[] {
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  const { reports } = from;
  if (typeof reports !== "string") return [];
  const made = buckets.find(({ bucket, part }) => bucket === reports && part["existing"] !== true);
  const other = all.find(
    (one) =>
      isRecord(one.rule["from"]) &&
      one.rule["from"]["bucket"] === from["bucket"] &&
      (one.rule["from"]["reports"] ?? reports) !== reports,
  );
  return [
    ...(made === undefined
      ? []
      : [
          {
            path: `${path}.from.reports`,
            what: `the foundation creates ${reports}, which refuses reports because they are under SSE-S3`,
            allowed: "an existing bucket that accepts objects under SSE-S3",
          },
        ]),
    ...(other === undefined
      ? []
      : [
          {
            path: `${path}.from.reports`,
            what: `${other.path}.from names another bucket for the reports of the same source`,
            allowed: "the same one in all rules of a source",
          },
        ]),
  ];
}

/** S3 replicates from a bucket with Object Lock only into buckets that also have it. */
function checkObjectLock(
  { rule, path }: RawBucketRule,
  buckets: readonly RawBucket[],
  all: readonly RawBucketRule[],
): readonly Problem[] {
  if (rule["objectLock"] === true) return [];
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  const locking = new Set(all.filter((one) => one.rule["objectLock"] === true).map((one) => one.path));
  const other = buckets.find((one) => one.bucket === from["bucket"] && locking.has(one.rule));
  if (other === undefined || other.bucket === undefined) return [];
  return [
    {
      path: `${path}.objectLock`,
      what: `its source ${other.bucket} has Object Lock because of ${other.rule}, and S3 replicates from it only into buckets that also have it`,
      allowed: "true",
    },
  ];
}

/** A bucket cannot be its own destination, and can be a destination only once. */
function checkTwice(buckets: readonly RawBucket[]): readonly Problem[] {
  const source = buckets.find(({ side }) => side === "source")?.bucket;
  const first = new Map<string, string>();
  return buckets.flatMap(({ side, bucket, path, regionPath }): readonly Problem[] => {
    if (side === "source" || bucket === undefined) return [];
    if (bucket === source) {
      return [
        {
          path: `${path}.bucket`,
          what: `${bucket} is the source itself`,
          allowed: "the name of another bucket",
        },
      ];
    }
    const other = first.get(bucket);
    if (other === undefined) first.set(bucket, regionPath);
    return other === undefined
      ? []
      : [
          {
            path: regionPath,
            what: `${bucket} is already the destination at ${other}`,
            fix: "keep one of them",
          },
        ];
  });
}

/** Bucket names are unique in AWS, so every part that names a bucket must have the same account, Region and key. */
function checkAgreement(buckets: readonly RawBucket[]): readonly Problem[] {
  const first = new Map<string, RawBucket>();
  return buckets.flatMap((bucket): readonly Problem[] => {
    if (bucket.bucket === undefined) return [];
    const other = first.get(bucket.bucket);
    if (other === undefined) {
      first.set(bucket.bucket, bucket);
      return [];
    }
    const difference = DIFFERENCES.find(({ of }) => !bothSay(of, other, bucket));
    return difference === undefined
      ? []
      : [
          {
            path: bucket.regionPath,
            what: `the bucket ${bucket.bucket} is already declared at ${other.regionPath}, ${difference.words}`,
            allowed: "the same settings wherever the bucket is named: bucket names are unique in AWS",
          },
        ];
  });
}

const DIFFERENCES: readonly { readonly words: string; readonly of: (raw: RawBucket) => unknown }[] = [
  { words: "in another account", of: ({ account }) => account },
  { words: "in another Region", of: ({ region }) => region },
  {
    words: "as one that the foundation creates, or the reverse",
    of: ({ part }) => part["existing"] === true,
  },
  { words: "under another key", of: ({ part }) => part["key"] },
];

function bothSay(of: (raw: RawBucket) => unknown, one: RawBucket, other: RawBucket): boolean {
  return of(one) === of(other);
}

/** The bucket of Terraform's state must not be a bucket that the foundation creates. */
function checkStateBucket(topology: RawPart, buckets: readonly RawBucket[]): readonly Problem[] {
  const state = isRecord(topology["state"]) ? topology["state"]["bucket"] : undefined;
  const found = buckets.find(({ bucket, part }) => bucket === state && part["existing"] !== true);
  if (found === undefined || state === undefined) return [];
  return [
    {
      path: found.path,
      what: `${String(state)} is the bucket of Terraform's state`,
      allowed: "the name of another bucket",
    },
  ];
}
