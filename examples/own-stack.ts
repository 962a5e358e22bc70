import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In your own project: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import { AutoScalingGroup, CustomerManagedKey, EbsDefaults, EncryptedLaunchTemplate } from "../constructs";

const ACCOUNT = "222222222222";
const REGION = "eu-central-1";

/**
 * The constructs in your own stack, without a topology: workers that launch from Amazon's public image, with a root volume
 * under a key of the account.
 */
export class BatchWorkersStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, "aws", { region: REGION, allowedAccountIds: [ACCOUNT] });

    const key = new CustomerManagedKey(this, "key", {
      alias: "alias/batch-workers",
      description: "root volumes of the batch workers",
      rotationPeriodInDays: 180,
    });
    // Auto Scaling launches the workers: without this permission every launch fails.
    key.grants.allowLaunching();
    // All principals of the account can create volumes under the key through EC2, as with AWS's own default key.
    key.grants.allowEbsDefault();
    // Volumes without a named key are also encrypted under it, including the workers' other volumes.
    new EbsDefaults(this, "defaults", { key });
    const launchTemplate = new EncryptedLaunchTemplate(this, "template", {
      launchTemplateName: "batch-workers",
      imageId: "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
      instanceType: "m7i.large",
      encryptedDevices: { key, deviceNames: ["/dev/xvda"] },
      instanceTags: { team: "batch" },
    });
    new AutoScalingGroup(this, "workers", {
      autoScalingGroupName: "batch-workers",
      launchTemplate,
      minSize: 0,
      maxSize: 10,
      availabilityZones: [`${REGION}a`, `${REGION}b`],
    });
  }
}
