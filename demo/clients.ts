import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";

// The SDK's notice about future Node versions is for maintainers of Keyferry, not for its users.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** Configuration of an SDK client that acts as one account's administrator in one Region of a rehearsal cloud. */
export function clientOptions(endpoint: string, account: string, region: string) {
  return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "rehearsal" } };
}

/** Standard SDK clients for one account's administrator in one Region of a rehearsal cloud. */
export function administrator(endpoint: string, account: string, region: string) {
  const configuration = clientOptions(endpoint, account, region);
  return {
    ec2: new EC2Client(configuration),
    kms: new KMSClient(configuration),
    iam: new IAMClient(configuration),
    autoScaling: new AutoScalingClient(configuration),
    // One address serves all buckets of a rehearsal cloud.
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
  };
}

export type Administrator = ReturnType<typeof administrator>;
