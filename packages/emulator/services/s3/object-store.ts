import type { Caller, Cloud, ObjectStore } from "../../contract";
import { AwsError } from "../../contract";
import { bucketCheck, objectCheck } from "./access";
import { bucketNamed, existing } from "./buckets";
import { chooseKey, encryptionHeaders } from "./encryption/choose";
import { requireKey, requireReadable, WRITE, WRITE_PARTS } from "./encryption/use";
import { missing, noteOfAnswer, requireAccess } from "./objects/source";
import { written } from "./objects/write";
import type { S3Parts } from "./parts";
import { ownedBy } from "./settings/ownership";
import type { Bucket } from "./state";

/**
 * S3 as EC2 uses it for a caller: the caller's permissions, the bucket's policy and its keys decide as for the caller's
 * own requests.
 */
export function objectStore(parts: S3Parts, cloud: () => Cloud): ObjectStore {
  const { state, backend } = parts;
  /** The request that the caller would send to S3 directly. */
  const callOf = (caller: Caller, bucket: Bucket, Key: string) => ({
    requestId: "",
    service: "s3",
    region: bucket.region,
    operation: "PutObject",
    caller,
    input: { Bucket: bucket.name, Key },
  });
  return {
    regionOf: (name) => bucketNamed(state, name)?.region,
    async require(caller, action, name, key) {
      const bucket = existing(state, name);
      const check =
        key === undefined ? bucketCheck(bucket, caller, action) : objectCheck(bucket, caller, action, key);
      await requireAccess(cloud(), caller, check);
    },
    async requireKeyToWrite(caller, name, key) {
      const bucket = existing(state, name);
      const under = chooseKey(callOf(caller, bucket, key), bucket, cloud());
      await requireKey(cloud(), caller, { bucket, key, under }, WRITE_PARTS);
    },
    async put(caller, { bucket: name, key, body, metadata, tags }) {
      const bucket = existing(state, name);
      const call = callOf(caller, bucket, key);
      const under = chooseKey(call, bucket, cloud());
      await requireAccess(cloud(), caller, objectCheck(bucket, caller, "PutObject", key));
      await requireKey(cloud(), caller, { bucket, key, under }, WRITE);
      const note = { ...ownedBy(bucket, call), key: under };
      const answer = await backend.send(bucket, {
        method: "PUT",
        key,
        body,
        headers: {
          "content-type": "application/octet-stream",
          ...named("x-amz-meta-", metadata),
          "x-amz-tagging": new URLSearchParams({ ...tags }).toString(),
          ...encryptionHeaders(note),
        },
      });
      if (answer.status >= 400) throw refusal(answer.body.toString("utf8"));
      await written(parts, cloud(), bucket, key, note, answer);
    },
    async get(caller, name, key) {
      const bucket = existing(state, name);
      const answer = await backend.send(bucket, { method: "GET", key });
      const note = answer.status < 400 ? noteOfAnswer(parts, bucket, key, answer) : {};
      await requireAccess(cloud(), caller, objectCheck(bucket, caller, "GetObject", key, {}, note));
      if (answer.status >= 400) throw await missing(cloud(), caller, { bucket, key });
      await requireReadable(cloud(), caller, { bucket, key, note }, undefined);
      return answer.body;
    },
  };
}

/** Headers may contain only ASCII; other characters are percent-encoded. */
function named(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      `${prefix}${name}`,
      /^[ -~]*$/.test(value) ? value : encodeURIComponent(value),
    ]),
  );
}

function refusal(answer: string): AwsError {
  const code = /<Code>([^<]+)<\/Code>/.exec(answer)?.[1] ?? "InternalError";
  return new AwsError(code, /<Message>([^<]*)<\/Message>/.exec(answer)?.[1] ?? "");
}
