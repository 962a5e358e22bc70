import { randomUUID } from "node:crypto";
import { parseArn } from "@keyferry/common";
import {
  AwsError,
  type AccessCheck,
  type Call,
  type JsonObject,
  type Trail,
  type TrailEntry,
} from "../contract";
import { foreignIdentityOf, identityOf, usernameOf } from "./identity";

/** The outcome of a call. */
export interface Outcome {
  readonly checks: readonly AccessCheck[];
  readonly response?: JsonObject;
  readonly error?: unknown;
}

/** Calls that CloudTrail counts as reading, in addition to those whose name says so. Source: KMS developer guide, "Logging". */
const ALSO_READING = new Set([
  "Encrypt",
  "Decrypt",
  "ReEncrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateMac",
  "GenerateRandom",
  "Sign",
  "Verify",
  "VerifyMac",
  "AssumeRole",
]);
const READING = /^(BatchGet|Describe|Get|Head|List|Lookup|Search|Select)/;

/** Calls on objects and messages are data events, which the event history does not hold. */
const DATA_EVENTS: Readonly<Record<string, RegExp>> = {
  logs: /^(PutLogEvents|GetLogEvents|FilterLogEvents)/,
  s3: /^(GetObject|HeadObject|PutObject|DeleteObject|ListObject|UploadPart|CopyObject|CreateMultipart|CompleteMultipart|AbortMultipart)/,
  sns: /^Publish/,
  sqs: /^(SendMessage|ReceiveMessage|DeleteMessage|ChangeMessageVisibility)/,
};

/** Services whose events appear in one Region of their partition, regardless of where they were called. */
const GLOBAL_REGION: Readonly<Record<string, string>> = { iam: "us-east-1" };

/** Larger request parameters are left out. Source: CloudTrail user guide, "CloudTrail record contents". */
const LONGEST_REQUEST = 100_000;

const HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

export function isReading(operation: string): boolean {
  return READING.test(operation) || ALSO_READING.has(operation);
}

/** Records one call: for its caller, and for a KMS call on another account's key also for the key's owner. */
export function recordCall(trail: Trail, call: Call, accessKeyId: string, outcome: Outcome): void {
  if (DATA_EVENTS[call.service]?.test(call.operation) === true) return;
  const error = errorOf(call, outcome.error);
  const readOnly = isReading(call.operation);
  const resources = call.service === "kms" ? resourcesOf(outcome.checks) : undefined;
  const owners = [...new Set(resources?.map(({ account }) => account))].filter(
    (a) => a !== call.caller.account,
  );
  const sharedEventId = owners.length === 0 ? undefined : randomUUID();
  const entry: TrailEntry = {
    recipient: call.caller.account,
    region: GLOBAL_REGION[call.service] ?? call.region,
    source: `${call.service}.amazonaws.com`,
    name: call.operation,
    identity: identityOf(call.caller, accessKeyId),
    username: usernameOf(call.caller),
    readOnly,
    requestId: call.requestId,
    request: requestOf(call),
    response: readOnly || error !== undefined ? undefined : outcome.response,
    error,
    resources,
    sharedEventId,
  };
  trail.record(entry);
  // The key's owner is not informed of calls that were denied.
  if (error !== undefined) return;
  for (const owner of owners) {
    trail.record({
      ...entry,
      recipient: owner,
      identity: foreignIdentityOf(call.caller),
      username: undefined,
    });
  }
}

/** How CloudTrail records the key of a copy; as captured from AWS. */
const COPY_KEY = {
  operations: new Set(["CopyImage", "CopySnapshot"]),
  from: "KmsKeyId",
  to: "MasterEncryptionKeyId",
};

function requestOf(call: Call): JsonObject | undefined {
  const isCopy = call.service === "ec2" && COPY_KEY.operations.has(call.operation);
  const hidden = Object.fromEntries(
    Object.entries(call.input).map(([name, value]) => [
      isCopy && name === COPY_KEY.from ? COPY_KEY.to : name,
      isSecret(call, name) ? HIDDEN : value,
    ]),
  );
  if (Object.keys(hidden).length === 0) return undefined;
  return JSON.stringify(hidden).length > LONGEST_REQUEST ? undefined : hidden;
}

function isSecret({ service, input }: Call, name: string): boolean {
  if (service === "ec2") return name === "UserData";
  if (service === "ssm") return name === "Value" && input["Type"] === "SecureString";
  return (
    service === "kms" && ["Plaintext", "CiphertextBlob", "EncryptedKeyMaterial", "ImportToken"].includes(name)
  );
}

/** Source: KMS developer guide, "Logging AWS KMS API calls"; EC2 user guide, "Log EC2 API calls". */
function errorOf({ service }: Call, error: unknown): TrailEntry["error"] {
  if (error === undefined) return undefined;
  const code = error instanceof AwsError ? error.code : "InternalFailure";
  const message = error instanceof Error ? error.message : "";
  if (service === "ec2") return { code: `Client.${code}`, message };
  return { code: code === "AccessDeniedException" ? "AccessDenied" : code, message };
}

function resourcesOf(checks: readonly AccessCheck[]): TrailEntry["resources"] {
  const arns = [...new Set(checks.map(({ resource }) => resource))].filter((arn) => /:key\//.test(arn));
  if (arns.length === 0) return undefined;
  return arns.map((arn) => ({ arn, account: parseArn(arn)?.account ?? "", type: "AWS::KMS::Key" }));
}
