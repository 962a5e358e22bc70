/** Which object versions a manifest generator selects. Source: S3 API reference, JobManifestGeneratorFilter. */
import { element, elements, isElement, textOf, type XmlElement } from "../xml";
import { statusOf } from "../replication/status";
import type { ObjectNote } from "../state";
import { listOf } from "./create";

/** One version, from a listing and from the state here. */
export interface ListedVersion {
  readonly key: string;
  readonly version: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly modified: string;
  readonly storageClass: string;
  readonly note: ObjectNote;
}

type Test = (filter: XmlElement, object: ListedVersion) => boolean;

const texts = (parent: XmlElement, name: string): readonly string[] =>
  listOf(parent, name).filter((one): one is string => typeof one === "string");

/** Matches when any of the texts matches, and always when none is given. */
const any =
  (list: string, meets: (value: string, object: ListedVersion) => boolean): Test =>
  (filter, object) => {
    const values = texts(filter, list);
    return values.length === 0 || values.some((value) => meets(value, object));
  };

const inNames =
  (list: string, meets: (key: string, part: string) => boolean): Test =>
  (filter, object) =>
    any(list, (part, { key }) => meets(key, part))(element(filter, "KeyNameConstraint"), object);

const limit =
  (name: string, meets: (object: ListedVersion, value: string) => boolean): Test =>
  (filter, object) => {
    const value = textOf(filter, name);
    return value === undefined || meets(object, value);
  };

const TESTS: readonly Test[] = [
  any("ObjectReplicationStatuses", (status, { note }) => (statusOf(note) ?? "NONE") === status),
  any("MatchAnyStorageClass", (storageClass, object) => object.storageClass === storageClass),
  inNames("MatchAnyPrefix", (key, part) => key.startsWith(part)),
  inNames("MatchAnySuffix", (key, part) => key.endsWith(part)),
  inNames("MatchAnySubstring", (key, part) => key.includes(part)),
  limit("CreatedAfter", ({ modified }, value) => Date.parse(modified) > Date.parse(value)),
  limit("CreatedBefore", ({ modified }, value) => Date.parse(modified) < Date.parse(value)),
  limit("ObjectSizeGreaterThanBytes", ({ size }, value) => size > Number(value)),
  limit("ObjectSizeLessThanBytes", ({ size }, value) => size < Number(value)),
  (filter, { note }) => {
    const kinds = elements(element(filter, "MatchAnyObjectEncryption"), "ObjectEncryption").filter(isElement);
    return kinds.length === 0 || kinds.some((kind) => isUnder(kind, note));
  },
];

export function isWanted(filter: XmlElement, object: ListedVersion): boolean {
  return TESTS.every((test) => test(filter, object));
}

/** Nothing here is unencrypted (`NOT-SSE`). */
function isUnder(kind: XmlElement, { key, customerKey }: ObjectNote): boolean {
  if (kind["SSE-C"] !== undefined) return customerKey !== undefined;
  if (kind["SSE-S3"] !== undefined) return key === undefined && customerKey === undefined;
  const algorithm = kind["SSE-KMS"] !== undefined ? "aws:kms" : "aws:kms:dsse";
  const named = kind["SSE-KMS"] ?? kind["DSSE-KMS"];
  if (named === undefined || key?.algorithm !== algorithm) return false;
  if (!isElement(named)) return true;
  const [arn, bucketKey] = [textOf(named, "KmsKeyArn"), textOf(named, "BucketKeyEnabled")];
  return (
    (arn === undefined || arn === key.keyArn) &&
    (bucketKey === undefined || bucketKey === String(key.bucketKey))
  );
}
