import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import type { DefaultEncryption, SseAlgorithm } from "../state";
import { element, elements, emptyAnswer, isElement, malformedXml, readXml, textOf, xmlAnswer } from "../xml";

const ROOT = "ServerSideEncryptionConfiguration";
const ALGORITHMS: readonly string[] = ["AES256", "aws:kms", "aws:kms:dsse"];
/** Of every bucket since January 2023. */
const NONE: DefaultEncryption = { algorithm: "AES256", bucketKey: false };

/** A key that is named is not looked up: a wrong one is found out by the first object. */
export function defaultEncryptionRelays({ state }: S3Parts): Readonly<Record<string, Relay>> {
  return {
    PutBucketEncryption: async ({ call, request }) => {
      const [rule, ...more] = elements(readXml(request.body, ROOT), "Rule");
      if (!isElement(rule) || more.length > 0) throw malformedXml();
      const given = element(rule, "ApplyServerSideEncryptionByDefault");
      const algorithm = textOf(given, "SSEAlgorithm") ?? "";
      const keyId = textOf(given, "KMSMasterKeyID");
      if (!ALGORITHMS.includes(algorithm) || (algorithm === "AES256" && keyId !== undefined))
        throw malformedXml();
      bucketOf(state, call).encryption = {
        algorithm: algorithm as SseAlgorithm,
        keyId,
        bucketKey: textOf(rule, "BucketKeyEnabled") === "true",
      };
      return Promise.resolve(emptyAnswer());
    },
    GetBucketEncryption: async ({ call }) => {
      const { algorithm, keyId, bucketKey } = bucketOf(state, call).encryption;
      const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId };
      const Rule = { ApplyServerSideEncryptionByDefault, BucketKeyEnabled: String(bucketKey) };
      return Promise.resolve(xmlAnswer(ROOT, { Rule }));
    },
    DeleteBucketEncryption: async ({ call }) => {
      bucketOf(state, call).encryption = NONE;
      return Promise.resolve(emptyAnswer(204));
    },
  };
}
