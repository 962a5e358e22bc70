import type { AnswerCase } from "./cases";

const MUST = "Requests specifying Server Side Encryption with Customer provided keys must provide";

/** Keys that customers provide (SSE-C). */
export const CUSTOMER_KEY_CASES: readonly AnswerCase[] = [
  {
    operation: "PutObject",
    code: "AccessDenied",
    message:
      'User: arn:aws:iam::222222222222:user/mary is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::acme/a" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type',
    cause: "which buckets block since April 2026",
    fix: "BlockedEncryptionTypes to NONE",
    account: undefined,
  },
  {
    operation: "GetObject",
    code: "AccessDenied",
    message: `${MUST} the correct secret key.`,
    cause: "was written with another customer-provided key",
    fix: "with which this version was written",
    account: undefined,
  },
  {
    operation: "GetObject",
    code: "InvalidRequest",
    message:
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
    cause: "encrypted under a key that its writer provided",
    fix: "send the key and its MD5",
    account: undefined,
  },
  {
    operation: "GetObject",
    code: "InvalidRequest",
    message: "The encryption parameters are not applicable to this object.",
    cause: "the object is not encrypted under one",
    fix: "leave the key out",
    account: undefined,
  },
  {
    operation: "UploadPart",
    code: "InvalidRequest",
    message:
      "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.",
    cause: "with which the upload began",
    fix: "the same key with every part",
    account: undefined,
  },
  {
    operation: "PutObject",
    code: "InvalidArgument",
    message: `${MUST} a valid encryption algorithm.`,
    cause: "are incomplete or do not match each other",
    fix: "the algorithm AES256",
    account: undefined,
  },
  {
    operation: "PutObject",
    code: "InvalidEncryptionAlgorithmError",
    message: "The Encryption request you specified is not valid. Supported value: AES256.",
    cause: "are incomplete or do not match each other",
    fix: "the algorithm AES256",
    account: undefined,
  },
];
