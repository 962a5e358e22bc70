import { AWS_TEXTS } from "../../../core/aws-texts";
import type { AwsCallError } from "../../aws";

/** What an answer of AWS means, and what to do. */
export interface CatalogueEntry {
  /** AWS's error codes. */
  readonly codes: readonly string[];
  /** Where the code alone says too little. */
  readonly text?: string | RegExp;
  readonly cause: string;
  /** `<account>`, `<region>` and `<operation>` are filled in from the call. */
  readonly fix: string;
}

const DENIED = ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException"];
const DEPLOY = "npm run deploy -- 'foundation-*'";

/** Order matters: the first entry that fits is taken. Source: EC2 API reference "Error codes", and AWS's own texts. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    codes: DENIED,
    text: /AssumeRole/,
    cause:
      "the runner role does not exist, does not trust the operator account, or the operator may not assume it",
    fix: `account <account> must have the runner role: ${DEPLOY}; and your own credentials need sts:AssumeRole on it`,
  },
  {
    codes: ["CredentialsProviderError", "InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure"],
    cause: "there are no AWS credentials, or AWS does not accept them",
    fix: "set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables to credentials of the operator account",
  },
  {
    codes: ["ExpiredToken", "ExpiredTokenException", "RequestExpired"],
    cause: "your credentials have ended, or this machine's clock is wrong",
    fix: "renew your credentials, then run the same command again: it goes on where it stopped",
  },
  {
    codes: ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "TimeoutError"],
    cause: "AWS cannot be reached from this machine",
    fix: "see to the network, the proxy and AWS_ENDPOINT_URL, then run the same command again",
  },
  {
    codes: ["OptInRequired"],
    cause: "the Region is not enabled in the account",
    fix: "account <account> must enable the Region <region>",
  },
  {
    codes: ["InvalidRequest"],
    text: AWS_TEXTS.noStorageAccess,
    cause: "the image is shared with the account, and one of its snapshots is not",
    fix: "run again: the share is made again before the copy; if it stays, see who removes the snapshot's create-volume permission",
  },
  {
    codes: ["InvalidParameter", "OperationNotPermitted"],
    text: /AWS Managed CMK|EBS default key/,
    cause: "a snapshot is under an AWS managed key, which cannot be shared",
    fix: "run again: the way is chosen anew and takes a transit copy under a customer managed key",
  },
  {
    codes: ["InvalidRequest"],
    text: "Images from AWS Marketplace",
    cause: "an image from AWS Marketplace cannot be copied into another account",
    fix: "account <account> must subscribe to the product, launch it there and make its own image",
  },
  {
    codes: ["InvalidAMIName.Duplicate"],
    cause: "account <account> has another image of this name in <region>, which Keyferry did not make",
    fix: "rename or deregister that image in account <account>, or rename the source image",
  },
  {
    codes: ["ResourceLimitExceeded"],
    cause: "the quota of copies in progress in <region> is used up",
    fix: "set --max-copies lower, or ask AWS for a higher quota in account <account>",
  },
  {
    codes: ["IdempotentParameterMismatch"],
    cause: "an earlier call with the same token had other parameters",
    fix: "run again; if it stays, this is a defect of Keyferry: please report it with the request id",
  },
  {
    codes: ["InvalidKMSKey.InvalidState", "KMSInvalidStateException", "DisabledException", "InvalidKmsKeyId"],
    cause: "the key is disabled or pending deletion",
    fix: "account <account> must enable the key again",
  },
  {
    codes: DENIED,
    cause: "the runner role of the account lacks this permission, or a policy of the organisation denies it",
    fix: `account <account> must allow it to its runner role: ${DEPLOY} brings the role up to date; a service control policy is the organisation's`,
  },
  {
    codes: ["RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyUpdates"],
    cause: "AWS throttles the calls of the account",
    fix: "run again later, or with a lower --max-copies",
  },
];

/** The entry for an answer; undefined for one that is not known. */
export function lookUp(error: AwsCallError): CatalogueEntry | undefined {
  const { code, message } = error.answer;
  const where = `${error.site.operation} ${message}`;
  return CATALOGUE.find((entry) => entry.codes.includes(code) && fits(where, entry.text));
}

export function fillIn(text: string, error: AwsCallError): string {
  const { account, region, operation } = error.site;
  return text
    .replace(/<account>/g, account)
    .replace(/<region>/g, region)
    .replace(/<operation>/g, operation);
}

function fits(where: string, text: string | RegExp | undefined): boolean {
  if (text === undefined) return true;
  return typeof text === "string" ? where.includes(text) : text.test(where);
}
