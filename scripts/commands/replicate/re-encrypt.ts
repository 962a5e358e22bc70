import { KeyferryError } from "../../../core/errors";
import type { ReplicationJobResult } from "../../engine/results";
import type { BucketSource } from "../../../topology";
import { rulesOf } from "./context";
import { bySource, runJob, type JobContext } from "./source-job";

/**
 * Re-encrypts objects of source buckets in place under their bucket's key, for rules that request it: objects with SSE-S3 and
 * objects under the source's other keys, all versions. One job of S3 Batch Operations for each source, for objects that are not
 * under the key yet; a Keyferry job that has not ended is joined. Nothing is copied, and no content is read.
 * Source: S3 user guide, "Update object encryption".
 */
export async function reEncryptObjects(context: JobContext): Promise<readonly ReplicationJobResult[]> {
  const wanted = rulesOf(context).filter(({ existingObjects }) => existingObjects === "re-encrypt");
  const results: ReplicationJobResult[] = [];
  for (const rules of bySource(wanted)) {
    const from = { ...rules[0].from, otherKeys: rules.flatMap((rule) => rule.from.otherKeys) };
    const work = { operation: "re-encrypt" as const, ...(await keysOf(context, from)) };
    results.push(await runJob(context, { rules, work, objects: "encryption of objects" }));
  }
  return results;
}

/** S3 accepts keys only by their ARNs. @throws KeyferryError `KeyNotFound` */
async function keysOf({ aws }: JobContext, from: BucketSource) {
  const keys = aws.keys(from);
  const arnOf = async (alias: string): Promise<string> => {
    const key = await keys.describeKey(alias);
    if (key !== undefined) return key.arn;
    throw new KeyferryError(`account ${from.account.id} has no key ${alias} in ${from.region}`, {
      code: "KeyNotFound",
      source: "user",
      fix: `correct the aliases of the source ${from.bucket} in the topology`,
    });
  };
  const otherKeyArns: string[] = [];
  for (const alias of new Set(from.otherKeys.map((key) => key.alias))) otherKeyArns.push(await arnOf(alias));
  return {
    keyArn: await arnOf(from.key.alias),
    bucketKey: (await aws.buckets(from).defaultEncryption(from.bucket)).bucketKey,
    otherKeyArns: otherKeyArns.sort(),
  };
}
