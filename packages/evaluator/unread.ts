import type { PolicyQuestion } from "./asked";
import { isPublic } from "./public-policy";
import type { Documents, UnreadDocument } from "./types";

/**
 * What decides about a request in addition to the given documents, and is not known. AWS uses it in its decision; to
 * leave it out would be a guess.
 */
export function unreadDocuments(asked: PolicyQuestion, documents: Documents): readonly UnreadDocument[] {
  const found = documents.unread === undefined ? [] : [...documents.unread];
  if (documents.endpoint === undefined && asked.context.has("aws:sourcevpce")) found.push(ENDPOINT);
  if (documents.resource === undefined && asked.awsManagedKey) found.push(AWS_MANAGED_KEY);
  if (UNDOCUMENTED.has(asked.action)) found.push(undocumented(asked.request.action));
  if (documents.restrictPublicBuckets === undefined && keptOutOfPublicBucket(asked, documents)) {
    found.push(BLOCK_PUBLIC_ACCESS);
  }
  return found;
}

/** Source: VPC guide, "Control access to VPC endpoints using endpoint policies". */
const ENDPOINT: UnreadDocument = {
  name: "policy of the VPC endpoint",
  kind: "limit",
  why: "the request comes through a VPC endpoint, whose policy must allow it too: aws ec2 describe-vpc-endpoints shows it",
};

/** Source: KMS developer guide, "AWS managed keys": AWS writes their policies, which differ by service. */
const AWS_MANAGED_KEY: UnreadDocument = {
  name: "key policy of the AWS managed key",
  kind: "resource",
  why: "the service writes the policies of its keys: aws kms get-key-policy shows it",
};

/** Source: S3 user guide, "Blocking public access to your Amazon S3 storage". */
const BLOCK_PUBLIC_ACCESS: UnreadDocument = {
  name: "S3 Block Public Access",
  kind: "limit",
  why: "the bucket policy is public, and RestrictPublicBuckets keeps other accounts out: aws s3api get-public-access-block and aws s3control get-public-access-block show it",
};

/** Operations for which AWS does not document yet which permissions they need on the snapshot and on the keys. */
const UNDOCUMENTED: ReadonlySet<string> = new Set(["ec2:associatekmskeyid", "ec2:disassociatekmskeyid"]);

function undocumented(action: string): UnreadDocument {
  const why = `AWS does not document what ${action} needs on the snapshot and on its keys`;
  return { name: `permissions of ${action}`, kind: "limit", why };
}

/**
 * RestrictPublicBuckets lets only AWS services and the bucket owner's account use a bucket with a public policy.
 * Source: S3 user guide, "Block public access settings".
 */
export function keptOutOfPublicBucket(
  { request, service }: PolicyQuestion,
  { resource }: Documents,
): boolean {
  const { principal, resourceAccount } = request;
  if (service !== "s3" || resource === undefined || principal.kind === "service") return false;
  return principal.account !== resourceAccount && isPublic(resource.document);
}
