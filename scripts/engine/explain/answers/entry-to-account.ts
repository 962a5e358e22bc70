import { AWS_TEXTS } from "../../../../core/aws-texts";
import { DENIED, DEPLOY, type AnswerEntry } from "../entry";

/** Why an account, or AWS at all, cannot be entered. */
export const ENTRY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    text: /AssumeRole/,
    cause:
      "the runner role does not exist, does not trust the operator account, or the operator may not assume it",
    fix: `account <account> must have the runner role: ${DEPLOY}; and your own credentials need sts:AssumeRole on it`,
    side: "caller",
  },
  {
    codes: ["AuthFailure"],
    text: AWS_TEXTS.imageNotAuthorized,
    cause: "the image is not shared with account <account>",
    fix: "run again: account <source> shares the image anew",
    side: "source",
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
    fix: "run `aws sso login` with your profile, then run the same command again: it goes on where it stopped",
    side: "user",
  },
  {
    codes: ["CredentialsProviderError"],
    text: "using profile",
    cause:
      "the profile that AWS_PROFILE or the topology names is not in your AWS configuration, or holds no credentials",
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
    cause: "your credentials have ended, or this machine's clock is wrong",
    fix: "renew your credentials, then run the same command again: it goes on where it stopped",
    side: "user",
  },
  {
    codes: ["EPROTO"],
    cause: "what answers at the endpoint does not speak TLS",
    fix: "set AWS_ENDPOINT_URL to an http address where it says https, and see to the proxy",
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
    fix: "see to the network, the proxy and AWS_ENDPOINT_URL, then run the same command again",
    side: "user",
  },
];
