import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

/**
 * Blocks public access to a bucket of a construct, and makes its account the owner of all objects. S3 refuses two changes of a
 * bucket's access at the same time (OperationAborted), so one depends on the other, and the bucket policy depends on the returned one.
 * Source: S3 user guide, "Blocking public access to your Amazon S3 storage" and "Controlling ownership of objects".
 */
export function closeToOthers(
  scope: Construct,
  bucket: string,
  placement: { readonly provider?: TerraformProvider },
): ITerraformDependable {
  const access = new S3BucketPublicAccessBlock(scope, "PublicAccessBlock", {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
    ...placement,
  });
  return new S3BucketOwnershipControls(scope, "Ownership", {
    bucket,
    rule: { objectOwnership: "BucketOwnerEnforced" },
    dependsOn: [access],
    ...placement,
  });
}
