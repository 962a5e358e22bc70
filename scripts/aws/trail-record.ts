import { isRecord } from "@keyferry/common";

/** Who made a call, from a CloudTrail record. */
export interface TrailPrincipal {
  /** 12 digits; absent for a service that acts for itself. */
  readonly account?: string;
  /** ARN, for example of a role session: `arn:aws:sts::111111111111:assumed-role/deployer/alice`. Absent in records of other accounts. */
  readonly arn?: string;
  /** For a role session: the role. */
  readonly roleArn?: string;
  /** `AWSService`, `AWSAccount`, `AssumedRole`, `IAMUser`, `Root`, ... */
  readonly type: string;
  /** The service that called on the principal's behalf: `ec2.amazonaws.com`, `AWS Internal`. @default - the principal called directly */
  readonly through?: string;
}

/** A CloudTrail record. Source: CloudTrail user guide, "CloudTrail record contents". */
export interface TrailRecord {
  readonly eventId: string;
  /** The same in the records of one call in several accounts. */
  readonly sharedEventId?: string;
  /** ISO 8601, in whole seconds. */
  readonly at: string;
  /** `Decrypt` */
  readonly operation: string;
  /** `kms.amazonaws.com` */
  readonly source: string;
  /** The account (12 digits) of the record. */
  readonly account: string;
  readonly region: string;
  readonly principal: TrailPrincipal;
  /** Absent if the call was allowed. */
  readonly refusal?: { readonly code: string; readonly message: string };
  /** ARNs of the resources of the call. */
  readonly resources: readonly string[];
  /** The encryption context, of both keys for ReEncrypt: `aws:ebs:id`. */
  readonly encryptionContext: Readonly<Record<string, string>>;
  readonly request: Readonly<Record<string, unknown>>;
  readonly response: Readonly<Record<string, unknown>>;
}

export function readTrailRecord(event: Readonly<Record<string, unknown>>): TrailRecord {
  const request = recordIn(event, "requestParameters");
  const sharedEventId = textIn(event, "sharedEventID");
  const code = textIn(event, "errorCode");
  return {
    eventId: textIn(event, "eventID") ?? "",
    ...(sharedEventId === undefined ? {} : { sharedEventId }),
    at: textIn(event, "eventTime") ?? "",
    operation: textIn(event, "eventName") ?? "",
    source: textIn(event, "eventSource") ?? "",
    account: textIn(event, "recipientAccountId") ?? "",
    region: textIn(event, "awsRegion") ?? "",
    principal: principalOf(recordIn(event, "userIdentity")),
    ...(code === undefined ? {} : { refusal: { code, message: textIn(event, "errorMessage") ?? "" } }),
    resources: listIn(event, "resources").flatMap((resource) => textIn(resource, "ARN") ?? []),
    encryptionContext: contextOf(request),
    request,
    response: recordIn(event, "responseElements"),
  };
}

function principalOf(identity: Readonly<Record<string, unknown>>): TrailPrincipal {
  const account = textIn(identity, "accountId");
  const arn = textIn(identity, "arn");
  const through = textIn(identity, "invokedBy");
  const roleArn = textIn(recordIn(recordIn(identity, "sessionContext"), "sessionIssuer"), "arn");
  return {
    type: textIn(identity, "type") ?? "",
    ...(account === undefined ? {} : { account }),
    ...(arn === undefined ? {} : { arn }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(through === undefined ? {} : { through }),
  };
}

/** Where KMS operations have the encryption context: CreateGrant in the grant's constraints, ReEncrypt once for each key. */
function contextOf(request: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const constraints = recordIn(request, "constraints");
  const found = [
    recordIn(request, "encryptionContext"),
    recordIn(request, "sourceEncryptionContext"),
    recordIn(request, "destinationEncryptionContext"),
    recordIn(constraints, "encryptionContextSubset"),
    recordIn(constraints, "encryptionContextEquals"),
  ];
  return Object.fromEntries(
    found.flatMap(Object.entries).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

function recordIn(value: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const found = value[name];
  return isRecord(found) ? found : {};
}

function listIn(value: Readonly<Record<string, unknown>>, name: string) {
  const found = value[name];
  return Array.isArray(found) ? found.filter(isRecord) : [];
}

function textIn(value: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const found = value[name];
  return typeof found === "string" ? found : undefined;
}
