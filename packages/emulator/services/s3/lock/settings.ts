/**
 * Object Lock settings of buckets and of versions. Source: S3 API reference, "PutObjectLockConfiguration" and related
 * operations.
 */
import { AwsError, type Call } from "../../../contract";
import type { Exchange, Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import { look, missing, noteOfAnswer } from "../objects/source";
import type { S3Parts } from "../parts";
import { replicateMetadata } from "../replication/begin";
import { setNote, type Bucket, type ObjectNote } from "../state";
import { element, emptyAnswer, malformedXml, readXml, textOf, xmlAnswer, type XmlElement } from "../xml";
import {
  MISSING_CONFIGURATION,
  mayOverride,
  objectProtected,
  readRetention,
  type DefaultRetention,
  type Retention,
} from "./lock";

const ROOT = "ObjectLockConfiguration";
const DAYS_OF_YEAR = 365;
const MOST_DAYS = 36_500;

export function lockRelays(parts: S3Parts): Readonly<Record<string, Relay>> {
  const { state } = parts;
  return {
    PutObjectLockConfiguration: async ({ call, request }) => {
      const bucket = bucketOf(state, call);
      if (request.body.length === 0) throw new AwsError("MissingRequestBodyError", "Request Body is empty");
      const given = readXml(request.body, ROOT);
      if (textOf(given, "ObjectLockEnabled") !== "Enabled") throw malformedXml();
      if (bucket.versioning !== "Enabled") {
        throw new AwsError(
          "InvalidBucketState",
          "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
          409,
        );
      }
      const retention = readDefault(given);
      bucket.objectLock = { document: given, ...(retention === undefined ? {} : { retention }) };
      return Promise.resolve(emptyAnswer());
    },
    GetObjectLockConfiguration: async ({ call }) => {
      const { objectLock } = bucketOf(state, call);
      if (objectLock === undefined) {
        throw new AwsError(
          "ObjectLockConfigurationNotFoundError",
          "Object Lock configuration does not exist for this bucket",
          404,
        );
      }
      return Promise.resolve(xmlAnswer(ROOT, objectLock.document));
    },
    PutObjectRetention: (exchange) => putRetention(parts, exchange),
    GetObjectRetention: async ({ call, cloud }) => {
      const { note } = await locked(parts, cloud, call);
      const { retention } = note;
      if (retention === undefined) throw noLock();
      return xmlAnswer("Retention", { Mode: retention.mode, RetainUntilDate: retention.until });
    },
    PutObjectLegalHold: async ({ call, cloud, request }) => {
      const object = await locked(parts, cloud, call);
      const status = textOf(readXml(request.body, "LegalHold"), "Status");
      if (status !== "ON" && status !== "OFF") throw malformedXml();
      return settle(parts, cloud, object, { ...object.note, legalHold: status === "ON" });
    },
    GetObjectLegalHold: async ({ call, cloud }) => {
      const { note } = await locked(parts, cloud, call);
      if (note.legalHold === undefined) throw noLock();
      return xmlAnswer("LegalHold", { Status: note.legalHold ? "ON" : "OFF" });
    },
  };
}

/** A caller that may set a retention can extend it; a caller that it protects against cannot weaken or remove it. */
async function putRetention(
  parts: S3Parts,
  { call, cloud, request }: Exchange,
): Promise<Awaited<ReturnType<Relay>>> {
  const object = await locked(parts, cloud, call);
  const given = readXml(request.body, "Retention");
  const [mode, until] = [textOf(given, "Mode"), textOf(given, "RetainUntilDate")];
  if ((mode === undefined) !== (until === undefined)) throw malformedXml();
  const { bucket, key, note } = object;
  const wanted = mode === undefined ? undefined : readRetention(mode, until ?? "", cloud.clock);
  const { retention } = note;
  if (isWeaker(retention, wanted) && !(await mayOverride(cloud, call, bucket, key, { retention })))
    throw objectProtected();
  return settle(parts, cloud, object, { ...note, retention: wanted });
}

function isWeaker(before: Retention | undefined, wanted: Retention | undefined): boolean {
  if (before === undefined) return false;
  if (wanted === undefined || Date.parse(wanted.until) < Date.parse(before.until)) return true;
  return before.mode === "COMPLIANCE" && wanted.mode === "GOVERNANCE";
}

interface LockedObject {
  readonly bucket: Bucket;
  readonly key: string;
  readonly version: string;
  readonly note: ObjectNote;
}

/** The version that a call names, in a bucket with Object Lock. @throws AwsError `InvalidRequest`, `NoSuchKey` */
async function locked(parts: S3Parts, cloud: Exchange["cloud"], call: Call): Promise<LockedObject> {
  const bucket = bucketOf(parts.state, call);
  const key = String(call.input["Key"]);
  const named = call.input["VersionId"];
  const version = named === undefined ? undefined : String(named);
  if (bucket.objectLock === undefined) throw new AwsError("InvalidRequest", MISSING_CONFIGURATION);
  const seen = await look(parts, bucket, key, version);
  if (seen.status >= 400) throw await missing(cloud, call.caller, { bucket, key, version });
  const note = noteOfAnswer(parts, bucket, key, seen);
  return { bucket, key, version: seen.headers["x-amz-version-id"] ?? "null", note };
}

/** Stores the lock, and sends it to the replicas of the version. */
function settle(
  parts: S3Parts,
  cloud: Exchange["cloud"],
  { bucket, key, version }: LockedObject,
  note: ObjectNote,
): Awaited<ReturnType<Relay>> {
  setNote(parts.state, bucket.name, key, version, note);
  replicateMetadata(parts, cloud, bucket, key, version);
  return emptyAnswer();
}

/** @throws AwsError `MalformedXML`, `InvalidArgument` for an invalid period */
function readDefault(given: XmlElement): DefaultRetention | undefined {
  if (given["Rule"] === undefined) return undefined;
  const rule = element(element(given, "Rule"), "DefaultRetention");
  const [mode, days, years] = [textOf(rule, "Mode"), textOf(rule, "Days"), textOf(rule, "Years")];
  if ((mode !== "GOVERNANCE" && mode !== "COMPLIANCE") || (days === undefined) === (years === undefined))
    throw malformedXml();
  const period = days === undefined ? Number(years) * DAYS_OF_YEAR : Number(days);
  if (!Number.isInteger(period) || period <= 0)
    throw new AwsError("InvalidArgument", "Default retention period must be a positive integer value.");
  if (period > MOST_DAYS)
    throw new AwsError(
      "InvalidArgument",
      "Default retention period too large, must be less than or equal to 36500 days.",
    );
  return { mode, days: period };
}

function noLock(): AwsError {
  return new AwsError(
    "NoSuchObjectLockConfiguration",
    "The specified object does not have a ObjectLock configuration",
    404,
  );
}
