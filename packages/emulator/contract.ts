/** What the parts of the rehearsal cloud agree on. Each service is a table of operations over its own plain-data state. */
import type {
  ContextValue,
  GrantDocument,
  NamedDocument,
  RequestPrincipal,
  Verdict,
} from "@keyferry/evaluator";

/** A value on the wire. `undefined` is left out; a `Date` is ISO 8601 in XML and epoch seconds in JSON. */
export type Json =
  string | number | boolean | null | undefined | Date | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An authenticated caller with every document that speaks for it. */
export interface Caller extends RequestPrincipal {
  /** `AROA...:session` for a session, `AIDA...` for an administrator. */
  readonly userId: string;
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  readonly session?: readonly NamedDocument[];
  /** `aws:PrincipalTag/...`: the session's tags, and under them its role's or user's. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Names of tags that a session assumed by this one inherits. */
  readonly transitiveTags?: readonly string[];
  readonly sourceIdentity?: string;
  /** When its temporary credentials were given out. @default - it calls with a long-term access key */
  readonly sessionIssued?: Date;
}

/** One request, decoded from whatever wire protocol it came in. */
export interface Call {
  readonly requestId: string;
  /** Signing name: `ec2`, `kms`, `sts`, `iam`, `ssm`, `autoscaling`, `s3`. */
  readonly service: string;
  readonly region: string;
  readonly operation: string;
  readonly caller: Caller;
  /** Members under the API's own names: lists are arrays, in every protocol; EC2 and Query values are strings. */
  readonly input: JsonObject;
}

/** One thing that must be allowed before an operation runs. */
export interface AccessCheck {
  /** `ec2:CopyImage` */
  readonly action: string;
  /** ARN or `*`. */
  readonly resource: string;
  /** @default - the caller's account */
  readonly resourceAccount?: string;
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** Key, trust or bucket policy. */
  readonly resourcePolicy?: NamedDocument;
  /** Unique ids of the principals in `resourcePolicy` when it was written. @default - names are taken as they are */
  readonly principalIds?: Readonly<Record<string, string>>;
  readonly grants?: readonly GrantDocument[];
  /** Unique ids of the grantees when the grants were made, by grant. @default - names are taken as they are */
  readonly granteeIds?: Readonly<Record<string, string>>;
  /** What the service says where it does not tell which permission is missing. @default - AWS's sentence of a denial */
  readonly refusal?: string;
}

export interface Operation {
  /** Evaluated in order; the first that is denied becomes the service's access error. May throw `AwsError` for bad input. */
  checks(call: Call, cloud: Cloud): readonly AccessCheck[] | Promise<readonly AccessCheck[]>;
  run(call: Call, cloud: Cloud): JsonObject | Promise<JsonObject>;
  /** Parameters that are understood; a call with any other is refused. @default - the operation judges by itself */
  readonly parameters?: readonly string[];
}

export type OperationTable = Readonly<Record<string, Operation>>;

/** How a service speaks: EC2's flavour of the Query protocol (lists as `<item>`), plain Query (`<member>`), JSON 1.1, CBOR, REST; S3 Control wraps errors where S3 does not. */
export type Protocol = "ec2" | "query" | "json" | "cbor" | "rest-json" | "rest-xml" | "rest-xml-wrapped";

export interface Service {
  readonly name: string;
  readonly protocol: Protocol;
  /** Answered by the rehearsal cloud itself. */
  readonly operations: OperationTable;
  /** Authorised here, then answered by moto: operation -> its checks. */
  readonly forwarded: Readonly<Record<string, Operation["checks"]>>;
  /** XML namespace of answers in the Query protocols. */
  readonly xmlNamespace?: string;
}

/** An error as AWS shapes it; the wire layer renders it in the service's protocol. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number = 400,
    /** Headers of the answer that say more than its text. @default none */
    readonly headers: Readonly<Record<string, string>> = {},
    /** Elements of an XML answer that S3 has beside its code and text: `Key`, `Condition`. @default none */
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** Background work runs on this clock only; it can be scaled and advanced. Timestamps in answers come from `now()`. */
export interface Clock {
  /** Wall time plus the offset. */
  now(): Date;
  /**
   * Has background work done once `seconds` of cloud time have passed. What there is to do is plain data, so that a cloud
   * can be dumped at any moment; the handler of its kind, registered with `handle`, knows how. `background.ts` gives
   * kinds their types.
   */
  schedule(seconds: number, kind: string, payload: JsonObject): void;
  handle(kind: string, work: (payload: JsonObject) => void | Promise<void>): void;
}

/** A KMS key as the other services see it. */
export interface KeyView {
  readonly arn: string;
  readonly keyId: string;
  readonly account: string;
  readonly region: string;
  readonly manager: "AWS" | "CUSTOMER";
  readonly state: string;
  readonly symmetric: boolean;
}

/** KMS as another service uses it on behalf of a caller. */
export interface KeyService {
  /** Finds a key by id, ARN, alias or alias ARN as seen from an account and Region; undefined when there is none. */
  find(reference: string, account: string, region: string): KeyView | undefined;
  /** The AWS managed key of a service, e.g. `aws/ebs`; made at first use. */
  managed(alias: string, account: string, region: string): KeyView;
  /**
   * Whether `caller` may perform `action` on the key when `service` asks on its behalf: sets `kms:ViaService` for the
   * key's own Region and `kms:GrantIsForAWSResource`. A key that is not enabled is denied.
   */
  allows(
    caller: Caller,
    action: string,
    key: KeyView,
    via: {
      readonly service: string;
      readonly encryptionContext?: Readonly<Record<string, string>>;
      /** Condition keys of a service that asks for itself: `aws:SourceArn`. @default none */
      readonly context?: Readonly<Record<string, string>>;
    },
  ): Promise<Verdict>;
}

/** IAM as the other services see it; documents live in moto and are cached here until a write passes. */
export interface IdentityStore {
  /** The service-linked role of a service in an account, as a caller; undefined while it does not exist. */
  serviceLinkedRole(account: string, awsService: string): Promise<Caller | undefined>;
  createServiceLinkedRole(account: string, awsService: string): Promise<void>;
}

/** moto, called by the rehearsal cloud itself, without authorisation. */
export interface Moto {
  /**
   * A Query-protocol call; the parsed XML answer below `<Operation>Response`, and below `<Operation>Result` where there
   * is one. Scalars are strings, lists (`<item>`, `<member>`) are arrays, an empty list or element is "".
   * @throws AwsError with moto's code and message
   */
  query(
    service: string,
    account: string,
    region: string,
    operation: string,
    input: Record<string, string>,
  ): Promise<JsonObject>;
  /**
   * A JSON-protocol call; `target` with its prefix, e.g. `AmazonSSM.GetParameter`.
   * @throws AwsError with moto's code and message
   */
  json(
    service: string,
    account: string,
    region: string,
    target: string,
    input: JsonObject,
  ): Promise<JsonObject>;
}

/** Images as Parameter Store's validation of `aws:ec2:image` sees them. */
export interface ImageDirectory {
  /** Whether the image exists in the Region and the account owns it, or may launch it. */
  visible(imageId: string, account: string, region: string): boolean;
}

/** S3 as another service uses it on behalf of a caller, whose permissions decide as for his own calls. */
export interface ObjectStore {
  /** Where a bucket lies; undefined when there is none. */
  regionOf(bucket: string): string | undefined;
  /**
   * @param action without prefix: `PutObject`
   * @param key of an object @default - the action is on the bucket
   * @throws AwsError `AccessDenied`, `NoSuchBucket`
   */
  require(caller: Caller, action: string, bucket: string, key?: string): Promise<void>;
  /** Whether the caller may use the key that an object would end under. @throws AwsError in the words of KMS */
  requireKeyToWrite(caller: Caller, bucket: string, key: string): Promise<void>;
  /** @throws AwsError what PutObject and KMS refuse */
  put(
    caller: Caller,
    object: {
      readonly bucket: string;
      readonly key: string;
      readonly body: Buffer;
      readonly metadata: Readonly<Record<string, string>>;
      readonly tags: Readonly<Record<string, string>>;
    },
  ): Promise<void>;
  /** @throws AwsError what GetObject and KMS refuse */
  get(caller: Caller, bucket: string, key: string): Promise<Buffer>;
}

/** Organisations as sharing sees them. */
export interface OrganizationDirectory {
  /** Whether the account is in the organisation or the organizational unit, however deep. @param arn of either */
  includes(arn: string, account: string): boolean;
}

/** One line of a CloudTrail event history, before it is shaped. */
export interface TrailEntry {
  /** 12-digit id of the account in whose history it stands. */
  readonly recipient: string;
  readonly region: string;
  /** `kms.amazonaws.com` */
  readonly source: string;
  readonly name: string;
  /** `userIdentity`, as CloudTrail shapes it. */
  readonly identity: JsonObject;
  /** What LookupEvents calls `Username`. */
  readonly username?: string;
  /** @default "AwsApiCall" */
  readonly type?: "AwsApiCall" | "AwsServiceEvent";
  readonly readOnly: boolean;
  readonly requestId?: string;
  /** Members as the request named them. */
  readonly request?: JsonObject;
  readonly response?: JsonObject;
  readonly error?: { readonly code: string; readonly message: string };
  readonly resources?: readonly { readonly arn: string; readonly account: string; readonly type: string }[];
  /** The same in the histories of both accounts that one call concerns. */
  readonly sharedEventId?: string;
  readonly serviceEventDetails?: JsonObject;
  /** `AWS Internal` for what a service asked on the caller's behalf. @default "127.0.0.1" */
  readonly sourceAddress?: string;
  readonly userAgent?: string;
}

/** CloudTrail's event history, as services write to it. The dispatcher records every call that it serves. */
export interface Trail {
  record(entry: TrailEntry): void;
  /** The newest event of an account's history in a Region that is wanted; undefined where there is none. */
  newest(
    account: string,
    region: string,
    isWanted: (entry: TrailEntry) => boolean,
  ): { readonly eventId: string } | undefined;
}

export interface Cloud {
  readonly clock: Clock;
  readonly trail: Trail;
  readonly images: ImageDirectory;
  readonly objects: ObjectStore;
  readonly keys: KeyService;
  readonly identities: IdentityStore;
  readonly moto: Moto;
  /** Decides one check for a caller; used by the dispatcher, and by services that launch for somebody else. */
  decide(caller: Caller, check: AccessCheck): Promise<Verdict>;
  /** Cloud seconds by which faults hold back what a service does in the background; 0 without any. */
  heldBack(work: Pick<Call, "service" | "operation" | "region"> & { readonly account: string }): number;
}
