import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In a project of one's own: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import { BucketReplication, CustomerManagedKey, EncryptedBucket } from "../constructs";

/** Where a side of the replication is, and how Terraform gets there. */
const SOURCE = { partition: "aws", account: "111111111111", region: "us-east-2" };
const DESTINATION = { partition: "aws", account: "222222222222", region: "eu-central-1" };

/**
 * Two buckets of two accounts and Regions, each under a key of its own: what is written in Ohio arrives in Frankfurt, under
 * Frankfurt's key and owned by Frankfurt's account. Both sides are deployed at once.
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

  /** A bucket and its key in an account, into which Terraform goes by the account's deploy role. */
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
