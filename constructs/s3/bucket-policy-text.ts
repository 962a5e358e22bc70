import type { Construct } from "constructs";
import {
  bucketPolicy,
  keyReferenceId,
  proofTarget,
  renderPolicy,
  type BucketAccess,
  type Statement,
} from "../../policy";
import { propError } from "../props";
import { tokenText } from "../token-text";

/** Maximum bytes of a bucket policy. Source: S3 user guide, Bucket policies. */
const MAX_POLICY_SIZE = 20_480;

/**
 * The bucket policy in the form that Terraform expects: the statements of the permission table, and the bucket's own statements.
 * @throws KeyferryError PropInvalid when S3 would refuse it
 */
export function bucketPolicyText(
  bucket: Construct,
  access: BucketAccess,
  more: readonly Statement[] = [],
): string {
  const statements = [...bucketPolicy(access), ...more];
  const size = Buffer.byteLength(JSON.stringify(renderPolicy(statements, proofTarget)));
  if (size > MAX_POLICY_SIZE) {
    throw propError(bucket, "policy", `${size} bytes long`, `at most ${MAX_POLICY_SIZE} bytes`);
  }
  return documentText(bucket, statements);
}

/**
 * Statements in the form that Terraform expects, with keys by their ARNs.
 * @throws KeyferryError PropInvalid for a key that is named by its alias
 */
export function documentText(scope: Construct, statements: readonly Statement[]): string {
  const keyArn = (key: Parameters<typeof keyReferenceId>[0]) => {
    throw propError(scope, "policy", `a statement on ${keyReferenceId(key)}`, "the key's ARN");
  };
  return JSON.stringify(renderPolicy(statements, { keyArn, text: tokenText }));
}
