import type { Asked } from "./asked";
import type { MissingHalf } from "./types";

/**
 * Operations that KMS offers on another account's key; all others ignore what policies say about other accounts.
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
 * S3 answers a caller of another account with 405, even one who is allowed.
 * Source: S3 API reference, "PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy".
 */
export const BUCKET_POLICY_ACTIONS: ReadonlySet<string> = new Set([
  "s3:getbucketpolicy",
  "s3:putbucketpolicy",
  "s3:deletebucketpolicy",
]);

/** Source: STS API reference, "AssumeRole" and "AssumeRoot". */
const NEVER_BY_ROOT_USER: ReadonlySet<string> = new Set(["sts:assumerole", "sts:assumeroot"]);

/** Why AWS refuses a request whatever the documents say; undefined when they decide. */
export function neverAllowed(asked: Asked): MissingHalf | undefined {
  const { request, action, service } = asked;
  const { principal, resource, resourceAccount } = request;
  if (principal.kind === "root" && NEVER_BY_ROOT_USER.has(action)) {
    const what = `Account ${principal.account} must call ${request.action} on ${resource} as an IAM user or role: AWS refuses it to the root user, whatever the policies say.`;
    return { side: "identity", account: principal.account, what };
  }
  const foreign =
    principal.kind !== "service" && principal.kind !== "federated" && principal.account !== resourceAccount;
  const ownersOnly =
    (service === "kms" && !KMS_ACROSS_ACCOUNTS.has(action)) || BUCKET_POLICY_ACTIONS.has(action);
  if (!foreign || !ownersOnly) return undefined;
  const what = `Account ${resourceAccount} must call ${request.action} on ${resource} itself: AWS refuses it to other accounts, whatever the policies say.`;
  return { side: "resource", account: resourceAccount, what };
}
