/** What S3 knows beside the bytes, which are at moto: plain data. Names of buckets are unique in all accounts. */
import type { PrincipalIds } from "../../identity/principal-ids";
import type { Job } from "./batch/job";
import type { DefaultRetention, Retention } from "./lock/lock";
import type { Notification } from "./notifications/configuration";
import type { ReplicationConfiguration } from "./replication/configuration";
import type { XmlElement } from "./xml";

export type Ownership = "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter";

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

export type SseAlgorithm = "AES256" | "aws:kms" | "aws:kms:dsse";

/** Default encryption of a bucket. */
export interface DefaultEncryption {
  readonly algorithm: SseAlgorithm;
  /** As it was given: id, ARN, alias or alias ARN. @default - the AWS managed key */
  readonly keyId?: string;
  readonly bucketKey: boolean;
  /** What `BlockedEncryptionTypes` says: `NONE`, or `SSE-C`. @default - nothing was said, and SSE-C is blocked */
  readonly blocked?: readonly string[];
}

export interface BucketPolicy {
  /** As it was put. */
  readonly text: string;
  /** Whom its principals meant. */
  readonly principalIds: PrincipalIds;
}

export interface Bucket {
  readonly name: string;
  /** 12-digit id of the owner. */
  readonly account: string;
  readonly region: string;
  policy?: BucketPolicy;
  /** Absent when it was deleted: nothing is blocked. */
  publicAccessBlock?: PublicAccessBlock;
  /** Absent when it was deleted: objects belong to their writers. */
  ownership?: Ownership;
  encryption: DefaultEncryption;
  versioning?: "Enabled" | "Suspended";
  /** Object Lock, which a bucket never loses again. @default - it has none */
  objectLock?: {
    /** As it is shown. */
    readonly document: XmlElement;
    /** Of new versions. */
    readonly retention?: DefaultRetention;
  };
  /** Those of analytics, inventory, metrics and Intelligent-Tiering, by kind and id, as they are shown. @default none */
  configurations?: Record<string, Record<string, XmlElement>>;
  replication?: {
    /** As it is shown. */
    readonly document: XmlElement;
    readonly configuration: ReplicationConfiguration;
  };
  /** Absent where nothing is told to anybody. */
  notifications?: {
    /** As it is shown. */
    readonly document: XmlElement;
    readonly notifications: readonly Notification[];
  };
}

/** The KMS key that an object is under. */
export interface ObjectKey {
  readonly algorithm: "aws:kms" | "aws:kms:dsse";
  readonly keyArn: string;
  readonly bucketKey: boolean;
  /** Of the caller, beside S3's own. */
  readonly context?: Readonly<Record<string, string>>;
}

/** What is kept of a key that the customer provides (SSE-C): enough to know it again, and never the key. */
export interface CustomerKey {
  /** Base64. */
  readonly salt: string;
  /** HMAC-SHA256 of the key, in base64. */
  readonly hmac: string;
}

/** Of the source: how its way to one destination bucket ended, or that it has not yet. */
export interface ReplicationLeg {
  status: "PENDING" | "COMPLETED" | "FAILED";
  /** Source: S3 user guide, "Receiving replication failure events". */
  failureReason?: string;
  readonly ruleId: string;
  /** When the object was written, ISO 8601. @default - a job has it replicated */
  readonly requested?: string;
}

/** What is known of one version of an object; nothing is, for an ordinary one under SSE-S3. */
export interface ObjectNote {
  key?: ObjectKey;
  /** It is under a key that its writer provided and keeps (SSE-C). */
  customerKey?: CustomerKey;
  /** Account that wrote it and owns it. @default - the bucket's owner */
  owner?: string;
  /** What the object's ACL lets the bucket's owner do with another account's object. @default "none" */
  bucketOwnerMay?: "none" | "read" | "full";
  /** Object Lock: until when nobody may delete it. */
  retention?: Retention;
  /** Object Lock: that nobody may delete it until this is off. */
  legalHold?: boolean;
  /** It was made by replication. */
  replica?: boolean;
  /** By destination bucket. */
  legs?: Record<string, ReplicationLeg>;
}

/** A multipart upload. */
export interface Upload {
  readonly note: ObjectNote;
  /** Whether it began with a checksum algorithm. @default false */
  readonly hasChecksum?: boolean;
  /** What its completion was answered. @default - it is under way */
  readonly completed?: {
    readonly bucket: string;
    readonly key: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

export interface S3State {
  readonly buckets: Record<string, Bucket>;
  /** `bucket/key?version`; the version is `null` in a bucket without versioning. */
  readonly objects: Record<string, ObjectNote>;
  /** By upload id. */
  readonly uploads: Record<string, Upload>;
  /** Of S3 Batch Operations, by id. */
  readonly jobs: Record<string, Job>;
}

export function emptyS3State(): S3State {
  return { buckets: {}, objects: {}, uploads: {}, jobs: {} };
}

/** What is known of a version of an object. */
export function noteOf(state: S3State, bucket: string, key: string, version: string): ObjectNote | undefined {
  const place = placeOf(bucket, key, version);
  return Object.hasOwn(state.objects, place) ? state.objects[place] : undefined;
}

/** Keeps what is known of a version; forgets it when that is nothing. */
export function setNote(
  state: S3State,
  bucket: string,
  key: string,
  version: string,
  note: ObjectNote | undefined,
): void {
  const place = placeOf(bucket, key, version);
  const said = Object.values(note ?? {}).some((value) => value !== undefined);
  if (note === undefined || !said) delete state.objects[place];
  else state.objects[place] = note;
}

function placeOf(bucket: string, key: string, version: string): string {
  return `${bucket}/${key}?${version}`;
}
