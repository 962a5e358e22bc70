/**
 * Bucket policies, stored here: moto evaluates the policies that it stores without their conditions, and would deny
 * what AWS allows.
 */
import type { Caller } from "../../contract";
import { AwsError } from "../../contract";
import { partitionOf } from "@keyferry/common";
import { parsedPolicy } from "../../authorise/parsed-policy";
import type { Relay } from "../../dispatch";
import type { Identities } from "../../identity/identities";
import { s3Arn, UNKNOWN_CONDITION_KEYS } from "./access";
import { bucketOf } from "./buckets";
import type { S3Parts } from "./parts";
import { isPublic } from "@keyferry/evaluator";
import type { Bucket } from "./state";
import { emptyAnswer, xmlAnswer } from "./xml";

/** Source: S3 user guide, "Bucket policies for Amazon S3": 20 KB. */
const MAX_POLICY_BYTES = 20 * 1024;

type Json = Readonly<Record<string, unknown>>;

export function bucketPolicyRelays({ state, identities }: S3Parts): Readonly<Record<string, Relay>> {
  return {
    async PutBucketPolicy({ call, request }) {
      const bucket = bucketOf(state, call);
      const text = request.body.toString("utf8");
      const document = await checked(text, bucket, identities);
      refusePublic(bucket, document, call.caller);
      bucket.policy = { text, principalIds: await identities.idsIn(document) };
      return emptyAnswer(204);
    },
    GetBucketPolicy: async ({ call }) => {
      const { policy } = bucketOf(state, call);
      if (policy === undefined) throw noPolicy();
      return Promise.resolve({
        status: 200,
        headers: { "content-type": "application/json" },
        body: policy.text,
      });
    },
    GetBucketPolicyStatus: async ({ call }) => {
      const { policy } = bucketOf(state, call);
      if (policy === undefined) throw noPolicy();
      const open = String(isPublic(parsedPolicy(policy.text)));
      return Promise.resolve(xmlAnswer("PolicyStatus", { IsPublic: open }));
    },
    DeleteBucketPolicy: async ({ call }) => {
      delete bucketOf(state, call).policy;
      return Promise.resolve(emptyAnswer(204));
    },
  };
}

function noPolicy(): AwsError {
  return new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404);
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicy", message);
}

/** The policy as a document. @throws AwsError `MalformedPolicy` with S3's text */
async function checked(text: string, bucket: Bucket, identities: Identities): Promise<Json> {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) throw malformed("Policy document size exceeded the limit");
  const document = parsed(text);
  for (const statement of statementsOf(document)) {
    await checkPrincipals(statement, bucket, identities);
    checkResources(statement, bucket);
    refuseUnknownConditions(statement);
  }
  return document;
}

function parsed(text: string): Json {
  try {
    const document = parsedPolicy(text);
    if (isObject(document)) return document;
  } catch {
    // Reported below, with S3's own text.
  }
  throw malformed("This policy contains invalid Json");
}

function statementsOf(document: Json): readonly Json[] {
  const statements = list(document["Statement"]);
  if (document["Statement"] === undefined || !statements.every(isObject)) {
    throw malformed("Missing required field Statement");
  }
  for (const statement of statements) {
    if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny") {
      throw malformed(`Invalid effect: ${String(statement["Effect"])}`);
    }
    if (statement["Action"] === undefined && statement["NotAction"] === undefined) {
      throw malformed("Missing required field Action");
    }
  }
  return statements;
}

async function checkPrincipals(statement: Json, bucket: Bucket, identities: Identities): Promise<void> {
  const partition = partitionOf(bucket.region);
  const principal = statement["Principal"] ?? statement["NotPrincipal"];
  if (principal === undefined) throw malformed("Missing required field Principal");
  if (principal === "*") return;
  if (!isObject(principal)) throw malformed("Invalid principal in policy");
  for (const name of list(principal["AWS"])) {
    const exists =
      name === "*" || (typeof name === "string" && (await identities.principalExists(name, partition)));
    if (!exists) throw malformed("Invalid principal in policy");
  }
}

/** Every resource must be the bucket or in it. */
function checkResources(statement: Json, bucket: Bucket): void {
  const resources = list(statement["Resource"] ?? statement["NotResource"]);
  if (resources[0] === undefined) throw malformed("Missing required field Resource");
  const arn = s3Arn(bucket);
  const fits = (resource: unknown): boolean => {
    const text = String(resource);
    return text === "*" || text === `${arn}*` || text === arn || text.startsWith(`${arn}/`);
  };
  if (!resources.every(fits)) throw malformed("Policy has invalid resource");
  const objectsOnly = resources.every((resource) => String(resource).startsWith(`${arn}/`));
  const bucketOnly = resources.every((resource) => String(resource) === arn);
  const actions = list(statement["Action"]).map(String);
  const lost =
    (objectsOnly && actions.length > 0 && actions.every(isBucketAction)) ||
    (bucketOnly && actions.length > 0 && actions.every(isObjectAction));
  if (lost) throw malformed("Action does not apply to any resource(s) in statement");
}

function isBucketAction(action: string): boolean {
  return /^s3:(List(Bucket|BucketVersions|BucketMultipartUploads)|(Get|Put|Delete)Bucket\w+|DeleteBucket)$/.test(
    action,
  );
}

function isObjectAction(action: string): boolean {
  return /^s3:(((Get|Put|Delete|Restore)Object(Version)?(Acl|Tagging|ForReplication|Attributes)?)|Replicate(Object|Delete|Tags)|ObjectOwnerOverrideToBucketOwner|AbortMultipartUpload|ListMultipartUploadParts)$/.test(
    action,
  );
}

function refuseUnknownConditions(statement: Json): void {
  const condition = isObject(statement["Condition"]) ? statement["Condition"] : {};
  const keys = Object.values(condition).flatMap((one) => (isObject(one) ? Object.keys(one) : []));
  const unknown = keys.find((key) => UNKNOWN_CONDITION_KEYS.test(key));
  if (unknown === undefined) return;
  throw new AwsError(
    "NotImplemented",
    `The rehearsal cloud does not support ${unknown} and so refuses the policy.`,
  );
}

/** @throws AwsError `AccessDenied` */
function refusePublic(bucket: Bucket, document: Json, caller: Caller): void {
  if (bucket.publicAccessBlock?.BlockPublicPolicy !== true || !isPublic(document)) return;
  throw new AwsError(
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${s3Arn(bucket)}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
    403,
  );
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
