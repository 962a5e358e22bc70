/** The contract between the parts of the rehearsal cloud. Each service is a table of operations over its own plain-data state. */
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

/** An authenticated caller with every document that applies to it. */
export interface Caller extends RequestPrincipal {
  /** `AROA...:session` for a session, `AIDA...` for an administrator. */
  readonly userId: string;
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  readonly session?: readonly NamedDocument[];
  /** `aws:PrincipalTag/...`: the session's tags, which override those of its role or user. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Names of the tags that a session assumed by this one inherits. */
  readonly transitiveTags?: readonly string[];
  readonly sourceIdentity?: string;
  /** When its temporary credentials were issued. @default - it calls with a long-term access key */
  readonly sessionIssued?: Date;
}

/** One request, decoded from any wire protocol. */
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
  /** Unique ids of the principals in `resourcePolicy` at the time it was written. @default - names are taken as they are */
  readonly principalIds?: Readonly<Record<string, string>>;
  readonly grants?: readonly GrantDocument[];
  /** Unique ids of the grantees at the time the grants were created, by grant. @default - names are taken as they are */
  readonly granteeIds?: Readonly<Record<string, string>>;
  /** The service's error text where it does not say which permission is missing. @default - AWS's standard denial text */
  readonly refusal?: string;
}

export interface Operation {
  /** Evaluated in order; the first denied check becomes the service's access error. May throw `AwsError` for bad input. */
  checks(call: Call, cloud: Cloud): readonly AccessCheck[] | Promise<readonly AccessCheck[]>;
  run(call: Call, cloud: Cloud): JsonObject | Promise<JsonObject>;
  /** Supported parameters; a call with any other is refused. @default - the operation checks them itself */
  readonly parameters?: readonly string[];
}

export type OperationTable = Readonly<Record<string, Operation>>;

/**
 * The wire protocol of a service: EC2's variant of the Query protocol (lists as `<item>`), plain Query (`<member>`),
 * JSON 1.1, CBOR or REST. S3 Control wraps errors, S3 does not.
 */
export type Protocol = "ec2" | "query" | "json" | "cbor" | "rest-json" | "rest-xml" | "rest-xml-wrapped";

export interface Service {
  readonly name: string;
  readonly protocol: Protocol;
  /** Answered by the rehearsal cloud itself. */
  readonly operations: OperationTable;
  /** Authorised here, then answered by moto: operation -> its checks. */
  readonly forwarded: Readonly<Record<string, Operation["checks"]>>;
  /** XML namespace of responses in the Query protocols. */
  readonly xmlNamespace?: string;
}

/** An error in AWS's form; the wire layer renders it in the service's protocol. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number = 400,
    /** Response headers with more details than the text. @default none */
    readonly headers: Readonly<Record<string, string>> = {},
    /** Additional elements of S3's XML errors, next to the code and the text: `Key`, `Condition`. @default none */
    readonly details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

/** Background work runs on this clock only; it can be scaled and advanced. Timestamps in responses come from `now()`. */
export interface Clock {
  /** Wall time plus the offset. */
  now(): Date;
  /**
   * Runs background work after `seconds` of cloud time. The work is described as plain data, so that a cloud can be
   * dumped at any moment; the handler that is registered for its kind with `handle` does it. `background.ts` types the
   * kinds.
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
  /** The AWS managed key of a service, e.g. `aws/ebs`; created at first use. */
  managed(alias: string, account: string, region: string): KeyView;
  /**
   * Whether `caller` may perform `action` on the key when `service` calls on its behalf: sets `kms:ViaService` for the
   * key's own Region and `kms:GrantIsForAWSResource`. A key that is not enabled is denied.
   */
  allows(
    caller: Caller,
    action: string,
    key: KeyView,
    via: {
      readonly service: string;
      readonly encryptionContext?: Readonly<Record<string, string>>;
      /** Condition keys of a service that calls as itself: `aws:SourceArn`. @default none */
      readonly context?: Readonly<Record<string, string>>;
    },
  ): Promise<Verdict>;
}

/** IAM as the other services see it; documents are stored in moto and cached here until the next write. */
export interface IdentityStore {
  /** The service-linked role of a service in an account, as a caller; undefined while it does not exist. */
  serviceLinkedRole(account: string, awsService: string): Promise<Caller | undefined>;
  createServiceLinkedRole(account: string, awsService: string): Promise<void>;
}

/** moto, called by the rehearsal cloud itself, without authorisation. */
export interface Moto {
  /**
   * A Query-protocol call. Returns the parsed XML response below `<Operation>Response`, and below `<Operation>Result`
   * where it exists. Scalars are strings, lists (`<item>`, `<member>`) are arrays, an empty list or element is "".
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
  /** Whether the image exists in the Region and the account owns it or may launch it. */
  visible(imageId: string, account: string, region: string): boolean;
}

/** S3 as another service uses it on behalf of a caller, whose permissions decide as for the caller's own requests. */
export interface ObjectStore {
  /** The Region of a bucket; undefined when the bucket does not exist. */
  regionOf(bucket: string): string | undefined;
  /**
   * @param action without prefix: `PutObject`
   * @param key of an object @default - the action is on the bucket
   * @throws AwsError `AccessDenied`, `NoSuchBucket`
   */
  require(caller: Caller, action: string, bucket: string, key?: string): Promise<void>;
  /** Whether the caller may use the key that an object would be encrypted with. @throws AwsError with KMS's error text */
  requireKeyToWrite(caller: Caller, bucket: string, key: string): Promise<void>;
  /** @throws AwsError for what PutObject and KMS refuse */
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
  /** @throws AwsError for what GetObject and KMS refuse */
  get(caller: Caller, bucket: string, key: string): Promise<Buffer>;
}

/** Organisations as sharing uses them. */
export interface OrganizationDirectory {
  /** Whether the account is in the organisation or the organizational unit, at any depth. @param arn of either */
  includes(arn: string, account: string): boolean;
}

/** One event of a CloudTrail event history, before it is formatted. */
export interface TrailEntry {
  /** 12-digit id of the account whose history contains it. */
  readonly recipient: string;
  readonly region: string;
  /** `kms.amazonaws.com` */
  readonly source: string;
  readonly name: string;
  /** `userIdentity`, in CloudTrail's format. */
  readonly identity: JsonObject;
  /** `Username` in LookupEvents. */
  readonly username?: string;
  /** @default "AwsApiCall" */
  readonly type?: "AwsApiCall" | "AwsServiceEvent";
  readonly readOnly: boolean;
  readonly requestId?: string;
  /** Members under the names of the request. */
  readonly request?: JsonObject;
  readonly response?: JsonObject;
  readonly error?: { readonly code: string; readonly message: string };
  readonly resources?: readonly { readonly arn: string; readonly account: string; readonly type: string }[];
  /** The same value in the histories of both accounts that one call concerns. */
  readonly sharedEventId?: string;
  readonly serviceEventDetails?: JsonObject;
  /** `AWS Internal` for calls of a service on the caller's behalf. @default "127.0.0.1" */
  readonly sourceAddress?: string;
  readonly userAgent?: string;
}

/** CloudTrail's event history, as services write to it. The dispatcher records every call that it handles. */
export interface Trail {
  record(entry: TrailEntry): void;
  /** The newest matching event of an account's history in a Region; undefined if there is none. */
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
  /** Decides one check for a caller; used by the dispatcher, and by services that launch on behalf of another principal. */
  decide(caller: Caller, check: AccessCheck): Promise<Verdict>;
  /** Cloud seconds by which faults delay a service's background work; 0 without faults. */
  heldBack(work: Pick<Call, "service" | "operation" | "region"> & { readonly account: string }): number;
}
