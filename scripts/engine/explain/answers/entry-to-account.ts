import { DENIED, DEPLOY, type AnswerEntry } from "../entry";

/** Why Keyferry cannot get credentials for an account, or cannot reach AWS at all. */
export const ENTRY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: [...DENIED, "InvalidIdentityToken"],
    text: /AssumeRoleWithWebIdentity/,
    cause:
      "the role's trust policy does not accept this token: its sub or aud condition does not match, or the policy names another OIDC provider than the one that issued the token",
    fix: "account <account> must have the OIDC provider, and a trust policy whose sub and aud conditions match the token exactly (repo:owner/name:ref:refs/heads/main for GitHub)",
    side: "caller",
    distinguish:
      "the event AssumeRoleWithWebIdentity in CloudTrail of account <account> has the token's subject and audience",
  },
  {
    codes: DENIED,
    text: /AssumeRole/,
    cause:
      "the runner role does not exist, does not trust the operator account, or the operator is not allowed to assume it",
    fix: `account <account> must have the runner role: ${DEPLOY}; and your own credentials need sts:AssumeRole on it`,
    side: "caller",
    distinguish:
      "`aws iam get-role --role-name <the role>` in account <account> shows whether it exists and which principals its trust policy names; STS returns the same message in all of these cases",
    byHand:
      "the role's trust policy must name the caller's account or role, with the external id if the policy requires one, and the caller's own policy must allow sts:AssumeRole on the role's ARN",
  },
  {
    codes: ["OptInRequired"],
    cause: "account <account> has not enabled the Region <region>, or has not signed up for the service",
    fix: "account <account> must enable the Region <region>",
    side: "caller",
  },
  {
    codes: ["CredentialsProviderError"],
    text: /sso login|SSO session/i,
    cause: "your session with IAM Identity Center has ended",
    fix: "run `aws sso login` with your profile, then run the same command again: it continues where it stopped",
    side: "user",
  },
  {
    codes: ["CredentialsProviderError"],
    text: "using profile",
    cause:
      "the profile that AWS_PROFILE or the topology names is not in your AWS configuration, or contains no credentials",
    fix: "add it to ~/.aws/config, or correct AWS_PROFILE or `profile` of the account in the topology",
    side: "user",
  },
  {
    codes: [
      "CredentialsProviderError",
      "InvalidClientTokenId",
      "UnrecognizedClientException",
      "InvalidAccessKeyId",
      "SignatureDoesNotMatch",
    ],
    cause: "there are no AWS credentials, or AWS does not accept them in <region>",
    fix: "set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables to credentials of the operator account; in a Region that is off by default, account <account> must have enabled it",
    side: "user",
  },
  {
    codes: ["AuthFailure"],
    cause: "AWS does not accept the credentials in <region>",
    fix: "renew your credentials; in a Region that is off by default, account <account> must have enabled it",
    side: "user",
  },
  {
    codes: ["ExpiredToken", "ExpiredTokenException", "RequestExpired"],
    cause: "your credentials have expired, or this machine's clock is wrong",
    fix: "renew your credentials, then run the same command again: it continues where it stopped",
    side: "user",
  },
  {
    codes: ["EPROTO"],
    cause: "the server at the endpoint does not speak TLS",
    fix: "set AWS_ENDPOINT_URL to an http address if it is an https address, and check the proxy",
    side: "user",
  },
  {
    codes: [
      "ECONNREFUSED",
      "ECONNRESET",
      "ENOTFOUND",
      "EAI_AGAIN",
      "ETIMEDOUT",
      "TimeoutError",
      "CERT_HAS_EXPIRED",
      "SELF_SIGNED_CERT_IN_CHAIN",
    ],
    cause: "AWS cannot be reached from this machine",
    fix: "check the network, the proxy and AWS_ENDPOINT_URL, then run the same command again",
    side: "user",
  },
];
