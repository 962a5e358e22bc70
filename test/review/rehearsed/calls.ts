import type { ContextValue } from "@keyferry/evaluator";
import type { ResourceKind } from "../../../review/rights/resource";
import type { WireRequest } from "../../../packages/emulator/wire/message";

/** The subject of a call, as the cloud knows it. */
export interface Target {
  /** ARN of a key or role; name of a bucket. */
  readonly name: string;
  /** A ciphertext under the key, with the call's encryption context. */
  readonly ciphertext: string;
  /** A grant of the key, for calls about grants. */
  readonly grantee: string;
}

/** Parameters of a request that the caller chooses. */
export interface Carried {
  readonly encryptionContext: Readonly<Record<string, string>>;
  readonly externalId: string | undefined;
}

export type WireCall = Pick<WireRequest, "method" | "path" | "rawQuery" | "headers" | "body"> & {
  readonly service: string;
};

/** A call without side effects, and the error other than a refusal that shows that it was allowed. */
interface HarmlessCall {
  readonly call: (target: Target, carried: Carried) => WireCall;
  readonly allowedBy?: string;
  /** Context keys that it can have. @default - none */
  readonly carries?: keyof Carried;
}

const DRY_RUN = "DryRunOperationException";

const json = (operation: string, input: object): WireCall => ({
  service: "kms",
  method: "POST",
  path: "/",
  rawQuery: "",
  headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${operation}` },
  body: Buffer.from(JSON.stringify(input)),
});

const read = (operation: string, input: object = {}): HarmlessCall => ({
  call: ({ name }) => json(operation, { KeyId: name, ...input }),
});

/** A cryptographic operation as a dry run. */
const use = (operation: string, input: (target: Target) => object): HarmlessCall => ({
  call: (target, { encryptionContext }) => {
    const context =
      Object.keys(encryptionContext).length === 0 ? {} : { EncryptionContext: encryptionContext };
    return json(operation, { KeyId: target.name, ...context, ...input(target), DryRun: true });
  },
  allowedBy: DRY_RUN,
  carries: "encryptionContext",
});

const s3 = (method: string, query: string, { key = "", body = "" } = {}): HarmlessCall["call"] => {
  return ({ name }) => ({
    service: "s3",
    method,
    path: `/${name}${key === "" ? "" : `/${key}`}`,
    rawQuery: query,
    headers: {},
    body: Buffer.from(body),
  });
};

/** Calls by kind of resource and action; the cloud has an object `any` in each bucket. */
export const HARMLESS: Readonly<Partial<Record<ResourceKind, Readonly<Record<string, HarmlessCall>>>>> = {
  key: {
    "kms:DescribeKey": read("DescribeKey"),
    "kms:GetKeyPolicy": read("GetKeyPolicy"),
    "kms:GetKeyRotationStatus": read("GetKeyRotationStatus"),
    "kms:ListGrants": read("ListGrants"),
    "kms:ListKeyPolicies": read("ListKeyPolicies"),
    "kms:ListResourceTags": read("ListResourceTags"),
    "kms:EnableKey": read("EnableKey"),
    "kms:UpdateKeyDescription": read("UpdateKeyDescription", { Description: "" }),
    "kms:UntagResource": read("UntagResource", { TagKeys: ["none"] }),
    "kms:PutKeyPolicy": {
      ...read("PutKeyPolicy", { Policy: "not a policy" }),
      allowedBy: "MalformedPolicyDocumentException",
    },
    "kms:ScheduleKeyDeletion": {
      ...read("ScheduleKeyDeletion", { PendingWindowInDays: 1 }),
      allowedBy: "ValidationException",
    },
    "kms:CancelKeyDeletion": { ...read("CancelKeyDeletion"), allowedBy: "KMSInvalidStateException" },
    "kms:RevokeGrant": {
      ...read("RevokeGrant", { GrantId: "0".repeat(64) }),
      allowedBy: "NotFoundException",
    },
    "kms:CreateGrant": {
      // A principal that has the right through a grant may pass on only what that grant allows.
      call: ({ name, grantee }) =>
        json("CreateGrant", {
          KeyId: name,
          GranteePrincipal: grantee,
          Operations: ["Decrypt"],
          DryRun: true,
        }),
      allowedBy: DRY_RUN,
    },
    "kms:Decrypt": use("Decrypt", ({ ciphertext }) => ({ CiphertextBlob: ciphertext })),
    "kms:Encrypt": use("Encrypt", () => ({ Plaintext: "eA==" })),
    "kms:GenerateDataKey": use("GenerateDataKey", () => ({ KeySpec: "AES_256" })),
    "kms:GenerateDataKeyWithoutPlaintext": use("GenerateDataKeyWithoutPlaintext", () => ({
      KeySpec: "AES_256",
    })),
  },
  objects: {
    "s3:GetObject": { call: s3("GET", "", { key: "any" }) },
    "s3:GetObjectTagging": { call: s3("GET", "tagging", { key: "any" }) },
    "s3:PutObject": { call: s3("PUT", "", { key: "any", body: "content" }) },
  },
  bucket: {
    "s3:ListBucket": { call: s3("GET", "list-type=2") },
    "s3:GetBucketLocation": { call: s3("GET", "location") },
    "s3:GetBucketVersioning": { call: s3("GET", "versioning") },
    "s3:GetEncryptionConfiguration": { call: s3("GET", "encryption") },
    "s3:GetBucketPolicy": { call: s3("GET", "policy"), allowedBy: "NoSuchBucketPolicy" },
    "s3:PutBucketPolicy": {
      call: s3("PUT", "policy", { body: "not a policy" }),
      allowedBy: "MalformedPolicy",
    },
  },
  role: {
    "sts:AssumeRole": {
      call: ({ name }, { externalId }) => ({
        service: "sts",
        method: "POST",
        path: "/",
        rawQuery: "",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: Buffer.from(
          new URLSearchParams({
            Action: "AssumeRole",
            Version: "2011-06-15",
            RoleArn: name,
            RoleSessionName: "asks",
            ...(externalId === undefined ? {} : { ExternalId: externalId }),
          }).toString(),
        ),
      }),
      carries: "externalId",
    },
  },
};

/** How a request gets the context in a review's finding; undefined where no client can set it. */
export interface Way {
  readonly encryptionContext: Readonly<Record<string, string>>;
  readonly externalId: string | undefined;
  /** The AWS service that makes the call on the caller's behalf. */
  readonly via: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const PREFIXES = { encryption: "kms:EncryptionContext:", tag: "aws:PrincipalTag/" };
const VIA = /^([a-z0-9-]+)\.eu-west-1\.amazonaws\.com$/;

export function wayTo(context: Readonly<Record<string, ContextValue>>): Way | undefined {
  const encryptionContext: Record<string, string> = {};
  const tags: Record<string, string> = {};
  let externalId: string | undefined;
  let via: string | undefined;
  for (const [key, value] of Object.entries(context)) {
    if (typeof value !== "string") return undefined;
    if (key.startsWith(PREFIXES.encryption)) encryptionContext[key.slice(PREFIXES.encryption.length)] = value;
    else if (key.startsWith(PREFIXES.tag)) tags[key.slice(PREFIXES.tag.length)] = value;
    else if (key === "sts:ExternalId") externalId = value;
    else if (key === "kms:ViaService" && VIA.test(value)) via = VIA.exec(value)?.[1];
    else return undefined;
  }
  return { encryptionContext, externalId, via, tags };
}
