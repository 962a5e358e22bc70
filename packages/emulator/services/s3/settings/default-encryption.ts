import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import type { DefaultEncryption, SseAlgorithm } from "../state";
import {
  element,
  elements,
  emptyAnswer,
  isElement,
  malformedXml,
  readXml,
  textOf,
  xmlAnswer,
  type XmlElement,
} from "../xml";

const ROOT = "ServerSideEncryptionConfiguration";
const ALGORITHMS: readonly string[] = ["AES256", "aws:kms", "aws:kms:dsse"];
const BLOCKABLE: readonly string[] = ["NONE", "SSE-C"];
/** The default of every bucket since January 2023. */
const NONE: DefaultEncryption = { algorithm: "AES256", bucketKey: false };

/** A named key is not looked up: a wrong one fails with the first object. */
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
      const blocked = blockedIn(rule);
      bucketOf(state, call).encryption = {
        algorithm: algorithm as SseAlgorithm,
        keyId,
        bucketKey: textOf(rule, "BucketKeyEnabled") === "true",
        ...(blocked === undefined ? {} : { blocked }),
      };
      return Promise.resolve(emptyAnswer());
    },
    GetBucketEncryption: async ({ call }) => {
      const { algorithm, keyId, bucketKey, blocked } = bucketOf(state, call).encryption;
      const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId };
      const Rule = {
        ApplyServerSideEncryptionByDefault,
        BucketKeyEnabled: String(bucketKey),
        ...(blocked === undefined ? {} : { BlockedEncryptionTypes: { EncryptionType: [...blocked] } }),
      };
      return Promise.resolve(xmlAnswer(ROOT, { Rule }));
    },
    DeleteBucketEncryption: async ({ call }) => {
      bucketOf(state, call).encryption = NONE;
      return Promise.resolve(emptyAnswer(204));
    },
  };
}

/** Source: S3 API reference, "BlockedEncryptionTypes". @throws AwsError `MalformedXML` */
function blockedIn(rule: XmlElement): readonly string[] | undefined {
  if (rule["BlockedEncryptionTypes"] === undefined) return undefined;
  const types = elements(element(rule, "BlockedEncryptionTypes"), "EncryptionType").map(String);
  if (types.length === 0 || types.some((type) => !BLOCKABLE.includes(type))) throw malformedXml();
  return types;
}
