import { DENIED, type AnswerEntry } from "../entry";

/**
 * Keys that customers provide with each request (SSE-C). Source: S3 user guide, "Using server-side encryption with customer-provided
 * keys (SSE-C)", "Blocking or unblocking SSE-C for a general purpose bucket".
 */
export const CUSTOMER_KEY_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: DENIED,
    text: "this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys",
    isSentence: false,
    cause:
      "the request provides a key of its own (SSE-C), which buckets block since April 2026 unless their owner says otherwise",
    fix: "leave the key out, so that the bucket's default encryption applies, or name a KMS key; if it has to be SSE-C, the bucket's owner sets BlockedEncryptionTypes to NONE in its default encryption",
    side: "user",
  },
  {
    codes: DENIED,
    text: "Customer provided keys must provide the correct secret key",
    isSentence: false,
    cause: "the object, or this version of it, was written with another customer-provided key (SSE-C)",
    fix: "send the key with which this version was written; S3 keeps none of them, and without it the object is lost",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: "The object was stored using a form of Server Side Encryption",
    cause: "the object is under a key that its writer provided (SSE-C), and the request does not have it",
    fix: "send the key and its MD5 with the request, for the source of a copy in the headers x-amz-copy-source-server-side-encryption-customer-*",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: "The encryption parameters are not applicable to this object",
    cause: "the request provides a key (SSE-C), and the object is not under one",
    fix: "leave the key out",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: /The multipart upload initiate requested encryption|encryption parameters did not match the ones used originally/,
    cause:
      "the request of a multipart upload has not the customer-provided key (SSE-C) with which the upload began",
    fix: "send the same key with every part; with the completion as well where the upload began with a checksum algorithm",
    side: "user",
  },
  {
    codes: ["InvalidArgument", "InvalidEncryptionAlgorithmError"],
    text: /Customer provided key|The calculated MD5 hash of the key|The secret key was invalid for|The Encryption request you specified/,
    cause: "the headers of a customer-provided key (SSE-C) are incomplete or do not fit together",
    fix: "send all three: the algorithm AES256, a key of 32 bytes in base64, and the MD5 of these bytes in base64, with no other kind of encryption beside them",
    side: "user",
  },
];
