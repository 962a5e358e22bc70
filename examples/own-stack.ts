import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In a project of one's own: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import {
  AutoScalingGroup,
  CustomerManagedKey,
  EbsDefaults,
  EncryptedLaunchTemplate,
  keyPolicy,
} from "../constructs";

const ACCOUNT = "222222222222";
const REGION = "eu-central-1";
const ALIAS = "alias/batch-workers";

/**
 * The constructs in a stack of one's own, without a topology: workers on Amazon's public image, whose root volume is
 * nevertheless under a key of the account.
 */
export class BatchWorkersStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, "aws", { region: REGION, allowedAccountIds: [ACCOUNT] });

    const key = new CustomerManagedKey(this, "key", {
      alias: ALIAS,
      description: "root volumes of the batch workers",
      rotationPeriodInDays: 180,
      // `launches` lets the account's Auto Scaling role in: without it every launch fails.
      policy: keyPolicy({
        account: ACCOUNT,
        region: REGION,
        alias: ALIAS,
        partition: "aws",
        purpose: "home",
        copiers: [],
        launches: true,
        // `ebsDefault` lets everybody in the account use it through EC2, as AWS's own default key does.
        ebsDefault: true,
      }),
    });
    // What nobody names a key for is encrypted under it as well, the workers' other volumes included.
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
