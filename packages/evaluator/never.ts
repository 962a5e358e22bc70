import type { PolicyQuestion } from "./asked";
import type { MissingHalf } from "./types";

/**
 * Operations that KMS supports on another account's key; all others ignore what policies say about other accounts.
 * Source: KMS API reference, "Cross-account use" of every operation.
 */
const KMS_ACROSS_ACCOUNTS: ReadonlySet<string> = new Set(
  ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"]
    .concat(["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac"])
    .concat(["Sign", "Verify", "DeriveSharedSecret", "GetPublicKey", "DescribeKey", "GetKeyRotationStatus"])
    .concat(["CreateGrant", "ListGrants", "RevokeGrant", "RetireGrant"])
    .map((operation) => `kms:${operation.toLowerCase()}`),
);

/**
 * S3 returns 405 to a caller of another account, even if the caller is allowed. Source: S3 API reference,
 * "PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy".
 */
export const BUCKET_POLICY_ACTIONS: ReadonlySet<string> = new Set([
  "s3:getbucketpolicy",
  "s3:putbucketpolicy",
  "s3:deletebucketpolicy",
]);

/** Source: STS API reference, "AssumeRole" and "AssumeRoot". */
const NEVER_BY_ROOT_USER: ReadonlySet<string> = new Set(["sts:assumerole", "sts:assumeroot"]);

/**
 * Operations that are impossible on a key that AWS manages. Source: KMS developer guide, "AWS managed keys": "You
 * cannot change any properties of AWS managed keys, rotate them, change their key policies, or schedule them for
 * deletion".
 */
const KMS_CHANGES: ReadonlySet<string> = new Set(
  [
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
    "DisableKey",
    "EnableKey",
    "EnableKeyRotation",
    "DisableKeyRotation",
  ]
    .concat(["RotateKeyOnDemand", "UpdateKeyDescription", "TagResource", "UntagResource"])
    .map((operation) => `kms:${operation.toLowerCase()}`),
);

/** Why AWS refuses a request regardless of the documents; undefined when the documents decide. */
export function neverAllowed(asked: PolicyQuestion): MissingHalf | undefined {
  const { request, action, service, awsManagedKey } = asked;
  const { principal, resource, resourceAccount } = request;
  if (principal.kind === "root" && NEVER_BY_ROOT_USER.has(action)) {
    const what = `Account ${principal.account} must call ${request.action} on ${resource} as an IAM user or role: AWS refuses it to the root user, regardless of the policies.`;
    return { side: "identity", account: principal.account, what };
  }
  if (action === "sts:getsessiontoken") {
    const what = `Account ${principal.account} must call ${request.action} on ${resource} with the long-term credentials of an IAM user: AWS refuses it to sessions, regardless of the policies.`;
    return { side: "identity", account: principal.account, what };
  }
  if (awsManagedKey && KMS_CHANGES.has(action)) {
    const what = `Account ${resourceAccount} must use a customer managed key for ${request.action}: AWS manages ${resource} and refuses to change it, regardless of the policies.`;
    return { side: "resource", account: resourceAccount, what };
  }
  const foreign =
    principal.kind !== "service" && principal.kind !== "federated" && principal.account !== resourceAccount;
  if (foreign && awsManagedKey) {
    const what = `Account ${resourceAccount} must use a customer managed key for ${request.action} by another account: the key policy of ${resource} cannot be changed, and it allows no other account.`;
    return { side: "resource", account: resourceAccount, what };
  }
  const ownersOnly =
    (service === "kms" && !KMS_ACROSS_ACCOUNTS.has(action)) || BUCKET_POLICY_ACTIONS.has(action);
  if (!foreign || !ownersOnly) return undefined;
  const what = `Account ${resourceAccount} must call ${request.action} on ${resource} itself: AWS refuses it to other accounts, regardless of the policies.`;
  return { side: "resource", account: resourceAccount, what };
}
