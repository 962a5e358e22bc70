/** S3's state apart from the bytes, which are stored in moto: plain data. Names of buckets are unique across all accounts. */
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
  /** As given: id, ARN, alias or alias ARN. @default - the AWS managed key */
  readonly keyId?: string;
  readonly bucketKey: boolean;
  /** The value of `BlockedEncryptionTypes`: `NONE`, or `SSE-C`. @default - not set, and SSE-C is blocked */
  readonly blocked?: readonly string[];
}

export interface BucketPolicy {
  /** As it was set. */
  readonly text: string;
  /** Unique ids of its principals at that time. */
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
  /** Object Lock, which cannot be removed from a bucket. @default - it has none */
  objectLock?: {
    /** In the form of the response. */
    readonly document: XmlElement;
    /** For new versions. */
    readonly retention?: DefaultRetention;
  };
  /**
   * Those of analytics, inventory, metrics and Intelligent-Tiering, by kind and id, in the form of the response.
   * @default none
   */
  configurations?: Record<string, Record<string, XmlElement>>;
  replication?: {
    /** In the form of the response. */
    readonly document: XmlElement;
    readonly configuration: ReplicationConfiguration;
  };
  /** Absent if no notifications are configured. */
  notifications?: {
    /** In the form of the response. */
    readonly document: XmlElement;
    readonly notifications: readonly Notification[];
  };
}

/** The KMS key of an object. */
export interface ObjectKey {
  readonly algorithm: "aws:kms" | "aws:kms:dsse";
  readonly keyArn: string;
  readonly bucketKey: boolean;
  /** The caller's encryption context, in addition to S3's own. */
  readonly context?: Readonly<Record<string, string>>;
}

/** What is stored of a key that the customer provides (SSE-C): enough to recognise it, and never the key. */
export interface CustomerKey {
  /** Base64. */
  readonly salt: string;
  /** HMAC-SHA256 of the key, in base64. */
  readonly hmac: string;
}

/** For the source: the result of its replication to one destination bucket, or that it is pending. */
export interface ReplicationLeg {
  status: "PENDING" | "COMPLETED" | "FAILED";
  /** Source: S3 user guide, "Receiving replication failure events". */
  failureReason?: string;
  readonly ruleId: string;
  /** When the object was written, ISO 8601. @default - a job replicates it */
  readonly requested?: string;
}

/** The stored state of one version of an object; there is none for an ordinary version under SSE-S3. */
export interface ObjectNote {
  key?: ObjectKey;
  /** It is under a key that its writer provided and keeps (SSE-C). */
  customerKey?: CustomerKey;
  /** Account that wrote it and owns it. @default - the bucket's owner */
  owner?: string;
  /** What the object's ACL lets the bucket's owner do with another account's object. @default "none" */
  bucketOwnerMay?: "none" | "read" | "full";
  /** Object Lock: it cannot be deleted before this time. */
  retention?: Retention;
  /** Object Lock: it cannot be deleted while this is on. */
  legalHold?: boolean;
  /** It was created by replication. */
  replica?: boolean;
  /** By destination bucket. */
  legs?: Record<string, ReplicationLeg>;
}

/** A multipart upload. */
export interface Upload {
  readonly note: ObjectNote;
  /** Whether it was started with a checksum algorithm. @default false */
  readonly hasChecksum?: boolean;
  /** The response to its completion. @default - it is in progress */
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

/** The stored state of a version of an object. */
export function noteOf(state: S3State, bucket: string, key: string, version: string): ObjectNote | undefined {
  const place = placeOf(bucket, key, version);
  return Object.hasOwn(state.objects, place) ? state.objects[place] : undefined;
}

/** Stores the state of a version; removes it when there is none. */
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
