import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In your own project: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import {
  AutoScalingGroup,
  CustomerManagedKey,
  EncryptedLaunchTemplate,
  ServiceLinkedRoleGrant,
  type ServiceLinkedRole,
} from "../constructs";

const REGION = "eu-central-1";
const IMAGES_ACCOUNT = "111111111111";
const WORKERS_ACCOUNT = "222222222222";
/** The role that Terraform uses to deploy the workers; its policy has the statements that `grantIssuerPolicy` of `keyferry/policy` returns. */
const DEPLOY_ROLE = "deploy";
const AUTO_SCALING: ServiceLinkedRole = { awsServiceName: "autoscaling.amazonaws.com" };

/** The key of the images, in the account that builds and shares them. */
export class ImageKeyStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, "aws", { region: REGION, allowedAccountIds: [IMAGES_ACCOUNT] });
    const key = new CustomerManagedKey(this, "key", {
      alias: "alias/images",
      description: "images that are shared with other accounts",
    });
    // The first of two permissions: the workers' account can create grants on the key only for its own Auto Scaling role.
    key.grants.allowLaunchGrants([AUTO_SCALING], { account: WORKERS_ACCOUNT, roleName: DEPLOY_ROLE });
  }
}

/** An image that another account has shared, snapshots included. */
export interface SharedImage {
  readonly imageId: string;
  /** ARN of the key of its snapshots; an alias of another account cannot be looked up. */
  readonly keyArn: string;
}

/** Workers in another account, launched from the shared image without a copy. */
export class SharedImageWorkersStack extends TerraformStack {
  constructor(scope: Construct, id: string, { imageId, keyArn }: SharedImage) {
    super(scope, id);
    new AwsProvider(this, "aws", {
      region: REGION,
      allowedAccountIds: [WORKERS_ACCOUNT],
      assumeRole: [{ roleArn: `arn:aws:iam::${WORKERS_ACCOUNT}:role/${DEPLOY_ROLE}` }],
    });

    // The second permission. The role must exist: aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com
    const grant = new ServiceLinkedRoleGrant(this, "grant", {
      grantName: "workers",
      keyArn,
      grantee: AUTO_SCALING,
    });
    // The volumes are under a key of this account, so that the images' key protects only the images.
    const key = new CustomerManagedKey(this, "key", {
      alias: "alias/workers",
      description: "volumes of the workers",
    });
    key.grants.allowLaunching();
    const launchTemplate = new EncryptedLaunchTemplate(this, "template", {
      launchTemplateName: "workers",
      imageId,
      instanceType: "m7i.large",
      encryptedDevices: { key, deviceNames: ["/dev/xvda"] },
    });
    new AutoScalingGroup(this, "workers", {
      autoScalingGroupName: "workers",
      launchTemplate,
      minSize: 1,
      maxSize: 10,
      availabilityZones: [`${REGION}a`],
      dependsOn: [grant],
    });
  }
}
