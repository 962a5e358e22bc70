/** Which bucket a call refers to, and the lifecycle of buckets. */
import { AwsError, type Call } from "../../contract";
import type { Relay } from "../../dispatch";
import { element, readXml, textOf } from "./xml";
import type { Bucket, Ownership, PublicAccessBlock, S3State } from "./state";
import type { S3Parts } from "./parts";

/** The default for new buckets since April 2023. Source: S3 user guide, "Default settings for new S3 buckets". */
const EVERYTHING_BLOCKED: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** The one Region whose buckets are created without a location. */
const NO_LOCATION = "us-east-1";

export function bucketNamed(state: S3State, name: string): Bucket | undefined {
  return Object.hasOwn(state.buckets, name) ? state.buckets[name] : undefined;
}

/**
 * The bucket of a call; it can be used only in its own Region, except to get its location.
 * @throws AwsError `NoSuchBucket`, `PermanentRedirect`, `AccessDenied` unless it belongs to the account that the
 *   caller expects
 */
export function bucketOf(state: S3State, call: Call): Bucket {
  const bucket = existing(state, String(call.input["Bucket"]));
  if (bucket.region !== call.region && call.operation !== "GetBucketLocation") throw elsewhere(bucket);
  expectOwner(bucket, call.input["ExpectedBucketOwner"]);
  return bucket;
}

/** The bucket of a `CopySource`, in any Region. @throws AwsError `NoSuchBucket`, `AccessDenied` like `bucketOf` */
export function sourceBucketOf(state: S3State, call: Call, name: string): Bucket {
  const bucket = existing(state, name);
  expectOwner(bucket, call.input["ExpectedSourceBucketOwner"]);
  return bucket;
}

/** @throws AwsError `NoSuchBucket` */
export function existing(state: S3State, name: string): Bucket {
  const bucket = bucketNamed(state, name);
  if (bucket === undefined) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
  return bucket;
}

export function accessDenied(): AwsError {
  return new AwsError("AccessDenied", "Access Denied", 403);
}

/** Clients that read the header go to the Region that it names. */
function elsewhere({ region }: Bucket): AwsError {
  return new AwsError(
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.",
    301,
    { "x-amz-bucket-region": region },
  );
}

function expectOwner(bucket: Bucket, expected: unknown): void {
  if (typeof expected === "string" && expected !== bucket.account) throw accessDenied();
}

/** A bucket is created in moto, which implements the rules of names and locations, and stored here with AWS's defaults. */
export function createBucket({ state, backend }: S3Parts): Relay {
  return async ({ call, request }) => {
    const { account } = call.caller;
    const name = String(call.input["Bucket"]);
    if (isAnothers(bucketNamed(state, name), account)) throw alreadyExists();
    const response = await backend.pass({ account, region: call.region }, request);
    if (response.status >= 400) return response;
    state.buckets[name] ??= {
      name,
      account,
      region: locationIn(request.body) ?? NO_LOCATION,
      publicAccessBlock: EVERYTHING_BLOCKED,
      ownership: ownershipOf(call),
      encryption: { algorithm: "AES256", bucketKey: false },
      ...(call.input["ObjectLockEnabledForBucket"] === "true"
        ? { versioning: "Enabled", objectLock: { document: { ObjectLockEnabled: "Enabled" } } }
        : {}),
    };
    return response;
  };
}

function isAnothers(bucket: Bucket | undefined, account: string): boolean {
  return bucket !== undefined && bucket.account !== account;
}

/** Source: S3 API reference, CreateBucket, Errors, and Error responses. moto denies access instead. */
function alreadyExists(): AwsError {
  return new AwsError(
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    409,
  );
}

export function deleteBucket({ state, backend }: S3Parts): Relay {
  return async ({ call, request }) => {
    const bucket = bucketOf(state, call);
    const response = await backend.pass(bucket, request);
    if (response.status >= 400) return response;
    delete state.buckets[bucket.name];
    forgetObjects(state, bucket.name);
    return response;
  };
}

function forgetObjects(state: S3State, bucket: string): void {
  for (const place of Object.keys(state.objects))
    if (place.startsWith(`${bucket}/`)) delete state.objects[place];
  for (const [id, { completed }] of Object.entries(state.uploads))
    if (completed?.bucket === bucket) delete state.uploads[id];
}

function locationIn(body: Buffer): string | undefined {
  if (body.length === 0) return undefined;
  const configuration = readXml(body, "CreateBucketConfiguration");
  return textOf(configuration, "LocationConstraint") ?? textOf(element(configuration, "Location"), "Name");
}

function ownershipOf(call: Call): Ownership {
  const given = call.input["ObjectOwnership"];
  return given === "ObjectWriter" || given === "BucketOwnerPreferred" ? given : "BucketOwnerEnforced";
}
