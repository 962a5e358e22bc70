import type { JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import type { Exchange, Relay } from "../../dispatch";
import type { WireResponse } from "../../wire/message";

/**
 * Bucket policies, kept here: moto evaluates the ones that it holds without their conditions, and would deny what AWS
 * allows. moto keeps one account's buckets apart from another's, so an account is part of the key.
 */
export class BucketPolicies {
  private readonly policies = new Map<string, string>();

  /** The parsed policy; undefined when the bucket has none. */
  of(account: string, bucket: string): unknown {
    const policy = this.policies.get(`${account}/${bucket}`);
    return policy === undefined ? undefined : (JSON.parse(policy) as unknown);
  }

  readonly relays: Readonly<Record<string, Relay>> = {
    PutBucketPolicy: onBucket(({ request }, key) => {
      this.policies.set(key, wellFormed(request.body.toString("utf8")));
      return { status: 204, headers: {}, body: "" };
    }),
    GetBucketPolicy: onBucket((_exchange, key) => {
      const policy = this.policies.get(key);
      if (policy === undefined)
        throw new AwsError("NoSuchBucketPolicy", "The bucket policy does not exist", 404);
      return { status: 200, headers: { "content-type": "application/json" }, body: policy };
    }),
    DeleteBucketPolicy: onBucket((_exchange, key) => {
      this.policies.delete(key);
      return { status: 204, headers: {}, body: "" };
    }),
    DeleteBucket: async ({ call, request, forward }) => {
      const response = await forward(request);
      if (response.status < 400) this.policies.delete(keyOf(call.caller.account, call.input));
      return response;
    },
  };
}

/** Answers for a bucket that exists; moto knows which do. @throws AwsError `NoSuchBucket` */
function onBucket(answer: (exchange: Exchange, key: string) => WireResponse): Relay {
  return async (exchange) => {
    const { call, request, forward } = exchange;
    const query = new URLSearchParams();
    const head = { ...request, method: "HEAD", query, rawQuery: "", body: Buffer.alloc(0) };
    const { status } = await forward(head);
    if (status >= 400) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    return answer(exchange, keyOf(call.caller.account, call.input));
  };
}

function keyOf(account: string, input: JsonObject): string {
  return `${account}/${String(input["Bucket"])}`;
}

/** @throws AwsError `MalformedPolicy` for text that is no JSON object */
function wellFormed(policy: string): string {
  try {
    const parsed: unknown = JSON.parse(policy);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return policy;
  } catch {
    // Said below, in S3's own words.
  }
  throw new AwsError("MalformedPolicy", "This policy contains invalid Json");
}
