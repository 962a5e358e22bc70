import { partitionOf } from "../../../core/regions";
import type { AccessCheck, Operation } from "../../contract";
import type { MountedService } from "../../dispatch";
import { BucketPolicies } from "./bucket-policies";
import { decodeS3, S3_OPERATIONS } from "./operations";

/** S3 as far as a bucket for Terraform's state goes: authorised by identity and bucket policy, objects kept by moto. */
export function s3Service(policies = new BucketPolicies()): MountedService {
  return {
    name: "s3",
    protocol: "rest-xml",
    operations: {},
    forwarded: Object.fromEntries(
      S3_OPERATIONS.map(({ name, action }) => [name, checksOf(policies, action)]),
    ),
    relays: policies.relays,
    decode: decodeS3,
  };
}

function checksOf(policies: BucketPolicies, action: string): Operation["checks"] {
  return (call): readonly AccessCheck[] => {
    const bucket = String(call.input["Bucket"]);
    if (bucket === "") return [{ action: `s3:${action}`, resource: "*" }];
    const key = String(call.input["Key"]);
    const arn = `arn:${partitionOf(call.region)}:s3:::${bucket}`;
    const policy = policies.of(call.caller.account, bucket);
    return [
      {
        action: `s3:${action}`,
        // Many objects in one request are checked as all of the bucket's.
        resource: key !== "" ? `${arn}/${key}` : call.operation === "DeleteObjects" ? `${arn}/*` : arn,
        ...(policy === undefined
          ? {}
          : { resourcePolicy: { name: `policy of bucket ${bucket}`, document: policy } }),
      },
    ];
  };
}
