import { AwsError } from "../../../contract";
import type { Relay } from "../../../dispatch";
import { bucketOf } from "../buckets";
import type { S3Parts } from "../parts";
import type { PublicAccessBlock } from "../state";
import { emptyAnswer, readXml, textOf, xmlAnswer } from "../xml";

const ROOT = "PublicAccessBlockConfiguration";
const SETTINGS = [
  "BlockPublicAcls",
  "IgnorePublicAcls",
  "BlockPublicPolicy",
  "RestrictPublicBuckets",
] as const;

export function publicAccessBlockRelays({ state }: S3Parts): Readonly<Record<string, Relay>> {
  return {
    PutPublicAccessBlock: async ({ call, request }) => {
      const given = readXml(request.body, ROOT);
      const settings = SETTINGS.map((name) => [name, textOf(given, name)?.toLowerCase() === "true"] as const);
      bucketOf(state, call).publicAccessBlock = Object.fromEntries(settings) as unknown as PublicAccessBlock;
      return Promise.resolve(emptyAnswer());
    },
    GetPublicAccessBlock: async ({ call }) => {
      const { publicAccessBlock } = bucketOf(state, call);
      if (publicAccessBlock === undefined) {
        throw new AwsError(
          "NoSuchPublicAccessBlockConfiguration",
          "The public access block configuration was not found",
          404,
        );
      }
      const shown = SETTINGS.map((name) => [name, String(publicAccessBlock[name])]);
      return Promise.resolve(xmlAnswer(ROOT, Object.fromEntries(shown)));
    },
    DeletePublicAccessBlock: async ({ call }) => {
      delete bucketOf(state, call).publicAccessBlock;
      return Promise.resolve(emptyAnswer(204));
    },
  };
}
