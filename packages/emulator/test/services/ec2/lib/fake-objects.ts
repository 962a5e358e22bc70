import { AwsError, type ObjectStore } from "../../../../contract";

/** S3 as EC2 sees it, in memory: the existing buckets, what is refused, and what was stored. */
export interface FakeObjects extends ObjectStore {
  /** Name -> Region. */
  readonly buckets: Record<string, string>;
  /** `bucket/key` -> content. */
  readonly contents: Record<string, Parameters<ObjectStore["put"]>[1]>;
  /** Actions that are denied, without prefix; `key` for the use of the object's key. */
  readonly refused: string[];
}

export function fakeObjects(): FakeObjects {
  const buckets: Record<string, string> = {};
  const contents: FakeObjects["contents"] = {};
  const refused: string[] = [];
  const require = (action: string): Promise<void> =>
    refused.includes(action)
      ? Promise.reject(new AwsError("AccessDenied", `not authorized to perform: s3:${action}`, 403))
      : Promise.resolve();
  return {
    buckets,
    contents,
    refused,
    regionOf: (bucket) => buckets[bucket],
    require: (_caller, action) => require(action),
    requireKeyToWrite: () => require("key"),
    async put(_caller, object) {
      await require("PutObject");
      contents[`${object.bucket}/${object.key}`] = object;
    },
    async get(_caller, bucket, key) {
      await require("GetObject");
      const found = contents[`${bucket}/${key}`];
      if (found === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.", 404);
      return found.body;
    },
  };
}
