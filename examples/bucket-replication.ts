import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In your own project: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import { BucketReplication, CustomerManagedKey, EncryptedBucket } from "../constructs";

/** The partition, account and Region of each side of the replication. */
const SOURCE = { partition: "aws", account: "111111111111", region: "us-east-2" };
const DESTINATION = { partition: "aws", account: "222222222222", region: "eu-central-1" };

/**
 * Two buckets in two accounts and Regions, each with its own key: objects that are written in Ohio are replicated to Frankfurt, under
 * Frankfurt's key and owned by Frankfurt's account. Both sides are deployed together.
 */
export class ReplicatedDocumentsStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const ohio = this.account("ohio", SOURCE, "documents");
    const frankfurt = this.account("frankfurt", DESTINATION, "documents-replica");

    new BucketReplication(this, "replication", {
      source: ohio.bucket,
      rules: [{ id: "everything", destination: frankfurt.bucket, deleteMarkers: true }],
      provider: ohio.provider,
    });
  }

  /** A bucket and its key in an account, which Terraform accesses with the account's deploy role. */
  private account(name: string, environment: typeof SOURCE, bucketName: string) {
    const { account, region } = environment;
    const provider = new AwsProvider(this, name, {
      alias: name,
      region,
      allowedAccountIds: [account],
      assumeRole: [{ roleArn: `arn:aws:iam::${account}:role/keyferry-deploy` }],
    });
    const encryptionKey = new CustomerManagedKey(this, `${name}-key`, {
      alias: `alias/${bucketName}`,
      description: `what is in the bucket ${bucketName}`,
      environment,
      provider,
    });
    const bucket = new EncryptedBucket(this, `${name}-bucket`, {
      bucketName,
      encryptionKey,
      environment,
      provider,
    });
    return { provider, bucket };
  }
}
