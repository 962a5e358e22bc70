import { bucketArn } from "@keyferry/common";
import type { NamedDocument } from "@keyferry/evaluator";
import { imageBucketPolicy, proofTarget, renderPolicy } from "../../policy";
import { imageBuckets } from "../image-buckets";
import type { Topology } from "../model";
import { bucketDocumentName } from "./replication-documents";

/** The policies of the buckets through which images are copied, by the ARN of the bucket. */
export function imageBucketDocuments(topology: Topology): readonly (readonly [string, NamedDocument])[] {
  const { partition } = topology;
  return imageBuckets(topology).map(({ account, bucket, pushers }) => {
    const arn = bucketArn(partition, bucket);
    const document = renderPolicy(imageBucketPolicy({ partition, bucketArn: arn, pushers }), proofTarget);
    return [arn, { name: bucketDocumentName(bucket, account.id), document }];
  });
}
