import { DENIED, DEPLOY, type AnswerEntry } from "../entry";

const REFUSED_TOKEN = {
  cause:
    "the role's trust policy does not accept this token: its sub or aud condition does not match, or the policy names another OIDC provider than the one that issued the token",
  fix: "account <account> must have the OIDC provider, and a trust policy whose sub and aud conditions match the token exactly (repo:owner/name:ref:refs/heads/main for GitHub)",
  side: "caller",
  others: [
    {
      cause: "the role does not exist, or its name or account is misspelled",
      fix: "correct the role's ARN; STS does not say that a role does not exist",
      side: "caller",
    },
  ],
  distinguish:
    "the event AssumeRoleWithWebIdentity in CloudTrail of account <account> has the token's subject and audience, with their letter case; `aws iam get-role` shows the role's trust policy",
} as const;

const UNREACHABLE_ISSUER = {
  cause:
    "AWS cannot read the public keys of the token's issuer: its discovery document or its keys cannot be reached from the internet, or its certificate is not one that the provider in IAM accepts",
  fix: "check that the issuer's /.well-known/openid-configuration and the jwks_uri in it can be reached publicly, and the thumbprints of the provider in IAM; then try again",
  side: "caller",
} as const;

/** Why Keyferry cannot get credentials for an account, or cannot reach AWS at all. */
export const ENTRY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["InvalidIdentityToken"],
    text: "No OpenIDConnect provider found",
    cause: "account <account> has no IAM identity provider for the issuer of the token",
    fix: "account <account> must create the OIDC provider with exactly the issuer's URL, in the account of the role",
    side: "caller",
    byHand: "aws iam list-open-id-connect-providers",
  },
  { codes: ["InvalidIdentityToken"], text: "Couldn't retrieve verification key", ...UNREACHABLE_ISSUER },
  { codes: ["IDPCommunicationError", "IDPCommunicationErrorException"], ...UNREACHABLE_ISSUER },
  {
    codes: DENIED,
    text: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    ...REFUSED_TOKEN,
  },
  { codes: ["InvalidIdentityToken"], ...REFUSED_TOKEN },
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
    codes: ["SignatureDoesNotMatch"],
    text: /Signature (?:expired|not yet current)/,
    isSentence: true,
    cause: "this machine's clock is wrong by more than a few minutes",
    fix: "set the clock (NTP), then run the same command again",
    side: "user",
  },
  {
    codes: ["InvalidClientTokenId", "UnrecognizedClientException"],
    text: "The security token included in the request is invalid",
    cause:
      "AWS does not know these credentials in <region>: they were deleted or deactivated, belong to another partition, or lack their session token",
    fix: "renew your credentials, or set AWS_PROFILE to others; in a Region that is off by default, account <account> must have enabled it",
    side: "user",
    byHand: "aws sts get-caller-identity shows whether the credentials are valid",
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
