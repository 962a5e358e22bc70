import type { AnswerEntry } from "../entry";

/** Quotas and throttling. Source: EC2 API reference, "Error codes"; EBS user guide, "Quotas". */
export const LIMIT_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["ResourceLimitExceeded"],
    text: /Too many (snapshot|image) copies in progress/,
    cause:
      "account <account> has as many copies in progress in <region> as its quota allows; copies that others started there count too",
    fix: "run again when those have ended, with a lower --max-copies; or account <account> asks AWS for a higher quota of concurrent snapshot copies in <region>",
    side: "caller",
  },
  {
    codes: ["ResourceLimitExceeded", "ConcurrentSnapshotLimitExceeded", "SnapshotLimitExceeded"],
    cause: "a quota of account <account> in <region> is used up: copies in progress, images, or snapshots",
    fix: "set --max-copies lower, or account <account> asks AWS for a higher quota in <region>",
    side: "caller",
  },
  {
    codes: ["ParameterLimitExceeded", "ParameterMaxVersionLimitExceeded"],
    cause:
      "account <account> has as many parameters, or versions of this parameter, in <region> as Parameter Store keeps at most",
    fix: "account <account> must delete parameters that it no longer needs, or labels that hold old versions",
    side: "caller",
  },
  {
    codes: [
      "RequestLimitExceeded",
      "Throttling",
      "ThrottlingException",
      "ThrottledException",
      "TooManyRequestsException",
      "TooManyUpdates",
      "EC2ThrottledException",
    ],
    cause: "AWS throttles the calls of account <account>",
    fix: "run again later, or with a lower --max-copies",
    side: "user",
  },
  {
    codes: [
      "InternalError",
      "InternalFailure",
      "InternalServerError",
      "KMSInternalException",
      "ServiceUnavailable",
      "Unavailable",
      "ServiceUnavailableException",
      "DependencyTimeoutException",
    ],
    cause: "the AWS service has an internal error",
    fix: "run the same command again; if the error returns, check AWS Health, and give AWS Support the request id",
    side: "user",
  },
];
