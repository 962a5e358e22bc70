import { isRecord } from "@keyferry/common";
import { isBucketName } from "../../core/bucket-name";
import { pathText } from "../../core/path-text";
import type { RawPart } from "../../kinds/declared-kind";
import { rawList } from "../raw-input";
import { defaultBucketName } from "./names";

/** A bucket rule as the user wrote it; any part may be missing or have another shape. */
export interface RawBucketRule {
  readonly name: string;
  /** `buckets.documents` */
  readonly path: string;
  readonly rule: RawPart;
}

/** A bucket as a rule names it, as far as it can be read. */
export interface RawBucket {
  readonly rule: string;
  readonly side: "source" | "destination";
  /** Path of its declaration: `buckets.documents.to[0]`. */
  readonly path: string;
  /** Path of its Region: `buckets.documents.to[0].regions[1]`. */
  readonly regionPath: string;
  readonly part: RawPart;
  readonly account: unknown;
  readonly region: unknown;
  /** Undefined if its name cannot be determined. */
  readonly bucket: string | undefined;
}

/** The bucket rules of a raw topology that have the shape of a rule. */
export function rawBucketRules(topology: RawPart): readonly RawBucketRule[] {
  const rules = topology["buckets"];
  if (!isRecord(rules)) return [];
  return Object.entries(rules).flatMap(([name, rule]) =>
    isRecord(rule) ? [{ name, path: pathText(["buckets", name]), rule }] : [],
  );
}

/** Every bucket that a rule names, its source first. */
export function rawBuckets(
  { path, rule }: RawBucketRule,
  accounts: Readonly<Record<string, unknown>>,
): readonly RawBucket[] {
  const idOf = (account: unknown) =>
    typeof account === "string" ? textIn(accounts[account], "id") : undefined;
  const from = isRecord(rule["from"]) ? rule["from"] : undefined;
  const source = textOf(from?.["bucket"]);
  const at = `${path}.from`;
  const ofSource = from === undefined ? [] : [{ part: from, path: at, regionPath: `${at}.region` }];
  return [
    ...ofSource.map((one): RawBucket => ({
      ...one,
      rule: path,
      side: "source",
      account: one.part["account"],
      region: one.part["region"],
      bucket: source,
    })),
    ...rawList(rule["to"]).flatMap((part, index) => {
      if (!isRecord(part)) return [];
      const to = `${path}.to[${index}]`;
      return rawList(part["regions"]).map((region, r): RawBucket => ({
        rule: path,
        side: "destination",
        path: to,
        regionPath: `${to}.regions[${r}]`,
        part,
        account: part["account"],
        region,
        bucket:
          part["bucket"] === undefined
            ? defaultName(source, idOf(part["account"]), region)
            : nameOfOne(part, r),
      }));
    }),
  ];
}

/** A given name is the name of the bucket in the first Region; several Regions with one name are reported separately. */
function nameOfOne(part: RawPart, index: number): string | undefined {
  return index === 0 ? textOf(part["bucket"]) : undefined;
}

function defaultName(
  source: string | undefined,
  account: string | undefined,
  region: unknown,
): string | undefined {
  // An invalid name is reported at its own path.
  if (source === undefined || !isBucketName(source)) return undefined;
  if (account === undefined || typeof region !== "string") return undefined;
  return defaultBucketName(source, account, region);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function textIn(part: unknown, setting: string): string | undefined {
  return isRecord(part) ? textOf(part[setting]) : undefined;
}
