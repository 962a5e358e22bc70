import { partitionOf } from "../../../core/regions";
import type { NamedDocument } from "../../../policy/evaluate/types";
import type { AccessCheck, Call, Operation } from "../../contract";
import type { MountedService } from "../../dispatch";
import type { Forward } from "../../moto/forward";
import type { WireRequest } from "../../wire/message";
import { decodeS3, S3_OPERATIONS } from "./operations";

/** S3 as far as a bucket for Terraform's state goes: authorised by identity and bucket policy, kept by moto. */
export function s3Service(forward: Forward): MountedService {
  return {
    name: "s3",
    protocol: "rest-xml",
    operations: {},
    forwarded: Object.fromEntries(S3_OPERATIONS.map(({ name, action }) => [name, checksOf(forward, action)])),
    decode: decodeS3,
  };
}

function checksOf(forward: Forward, action: string): Operation["checks"] {
  return async (call): Promise<readonly AccessCheck[]> => {
    const bucket = String(call.input["Bucket"]);
    if (bucket === "") return [{ action: `s3:${action}`, resource: "*" }];
    const key = String(call.input["Key"]);
    const arn = `arn:${partitionOf(call.region)}:s3:::${bucket}`;
    return [
      {
        action: `s3:${action}`,
        // Many objects in one request are checked as all of the bucket's.
        resource: key !== "" ? `${arn}/${key}` : call.operation === "DeleteObjects" ? `${arn}/*` : arn,
        resourcePolicy: await bucketPolicy(forward, call, bucket),
      },
    ];
  };
}

/** moto keeps one account's buckets apart from another's, so a bucket is always looked for in the caller's own. */
async function bucketPolicy(
  forward: Forward,
  call: Call,
  bucket: string,
): Promise<NamedDocument | undefined> {
  const request: WireRequest = {
    method: "GET",
    path: `/${encodeURIComponent(bucket)}`,
    query: new URLSearchParams("policy"),
    rawQuery: "policy",
    headers: { host: "127.0.0.1" },
    body: Buffer.alloc(0),
  };
  const { account } = call.caller;
  const response = await forward(request, account, {
    accessKeyId: account,
    region: call.region,
    service: "s3",
  });
  if (response.status !== 200) return undefined;
  return { name: `policy of bucket ${bucket}`, document: parsed(response.body.toString()) };
}

/** A policy that cannot be read speaks for nobody. */
function parsed(policy: string): unknown {
  try {
    return JSON.parse(policy) as unknown;
  } catch {
    return undefined;
  }
}
