/**
 * The owner of objects that other accounts write, and the ACLs that are accepted. Source: S3 user guide, "Controlling
 * ownership of objects".
 */
import { AwsError, type Call } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import type { Bucket, ObjectNote, Ownership } from "../state";
import { element, emptyAnswer, malformedXml, readXml, textOf, xmlAnswer } from "../xml";

const ROOT = "OwnershipControls";
const KINDS: readonly string[] = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

export function ownershipRelays({ state }: S3Parts): Readonly<Record<string, Relay>> {
  return {
    PutBucketOwnershipControls: async ({ call, request }) => {
      const kind = textOf(element(readXml(request.body, ROOT), "Rule"), "ObjectOwnership") ?? "";
      if (!KINDS.includes(kind)) throw malformedXml();
      bucketOf(state, call).ownership = kind as Ownership;
      return Promise.resolve(emptyAnswer());
    },
    GetBucketOwnershipControls: async ({ call }) => {
      const { ownership } = bucketOf(state, call);
      if (ownership === undefined) {
        throw new AwsError(
          "OwnershipControlsNotFoundError",
          "The bucket ownership controls were not found",
          404,
        );
      }
      return Promise.resolve(xmlAnswer(ROOT, { Rule: { ObjectOwnership: ownership } }));
    },
    DeleteBucketOwnershipControls: async ({ call }) => {
      delete bucketOf(state, call).ownership;
      return Promise.resolve(emptyAnswer(204));
    },
  };
}

const PUBLIC_ACLS: readonly string[] = ["public-read", "public-read-write", "authenticated-read"];
const FULL_CONTROL = "bucket-owner-full-control";
/** Canned ACLs that give permissions only to the owner, and are therefore accepted where ACLs are disabled. */
const OWNER_ONLY: readonly string[] = [FULL_CONTROL, "private"];

/**
 * The owner of a new object.
 * @throws AwsError `AccessControlListNotSupported` for an ACL where ACLs are disabled, `AccessDenied` for a public
 *   one where these are blocked
 */
export function ownedBy(bucket: Bucket, call: Call): Pick<ObjectNote, "owner" | "bucketOwnerMay"> {
  const acl = call.input["ACL"];
  const writer = call.caller.account;
  if (bucket.ownership === "BucketOwnerEnforced") {
    if (acl === undefined || OWNER_ONLY.includes(String(acl))) return {};
    throw new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  if (PUBLIC_ACLS.includes(String(acl)) && bucket.publicAccessBlock?.BlockPublicAcls === true) {
    throw new AwsError("AccessDenied", "Access Denied", 403);
  }
  if (writer === bucket.account) return {};
  if (acl === FULL_CONTROL) {
    return bucket.ownership === "BucketOwnerPreferred" ? {} : { owner: writer, bucketOwnerMay: "full" };
  }
  return { owner: writer, bucketOwnerMay: acl === "bucket-owner-read" ? "read" : "none" };
}
