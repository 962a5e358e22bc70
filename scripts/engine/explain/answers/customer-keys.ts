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
      "the request provides its own key (SSE-C), which buckets block since April 2026 unless their owner has allowed it",
    fix: "leave the key out, so that the bucket's default encryption applies, or name a KMS key; if you need SSE-C, the bucket's owner must set BlockedEncryptionTypes to NONE in its default encryption",
    side: "user",
  },
  {
    codes: DENIED,
    text: "Customer provided keys must provide the correct secret key",
    isSentence: false,
    cause: "the object, or this version of it, was written with another customer-provided key (SSE-C)",
    fix: "send the key with which this version was written; S3 does not store these keys, and without the key the object cannot be read",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: "The object was stored using a form of Server Side Encryption",
    cause:
      "the object is encrypted under a key that its writer provided (SSE-C), and the request does not provide it",
    fix: "send the key and its MD5 with the request; for the source of a copy, in the headers x-amz-copy-source-server-side-encryption-customer-*",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: "The encryption parameters are not applicable to this object",
    cause: "the request provides a key (SSE-C), but the object is not encrypted under one",
    fix: "leave the key out",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: /The multipart upload initiate requested encryption|encryption parameters did not match the ones used originally/,
    cause:
      "a request of the multipart upload does not provide the customer-provided key (SSE-C) with which the upload began",
    fix: "send the same key with every part, and with the completion too if the upload began with a checksum algorithm",
    side: "user",
  },
  {
    codes: ["InvalidArgument", "InvalidEncryptionAlgorithmError"],
    text: /Customer provided key|The calculated MD5 hash of the key|The secret key was invalid for|The Encryption request you specified/,
    cause: "the headers of a customer-provided key (SSE-C) are incomplete or do not match each other",
    fix: "send all three: the algorithm AES256, a key of 32 bytes in base64, and the MD5 of these bytes in base64; and request no other kind of encryption with them",
    side: "user",
  },
];
