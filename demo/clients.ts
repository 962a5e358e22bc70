import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";

/** Ordinary SDK clients of one account's administrator in one Region of a rehearsal cloud. */
export function administrator(endpoint: string, account: string, region: string) {
  const configuration = {
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
  };
  return {
    ec2: new EC2Client(configuration),
    kms: new KMSClient(configuration),
    iam: new IAMClient(configuration),
    autoScaling: new AutoScalingClient(configuration),
  };
}

export type Administrator = ReturnType<typeof administrator>;
