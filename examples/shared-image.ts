import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In a project of one's own: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
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
/** As which Terraform deploys the workers; its policy holds what `grantIssuerPolicy` of `keyferry/policy` says. */
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
    // One half: the workers' account makes grants on the key for its own Auto Scaling, and for nobody else.
    key.grants.allowLaunchGrants([AUTO_SCALING], { account: WORKERS_ACCOUNT, roleName: DEPLOY_ROLE });
  }
}

/** An image that another account has shared, snapshots included. */
export interface SharedImage {
  readonly imageId: string;
  /** Of the key that its snapshots are under; an alias of another account cannot be looked up. */
  readonly keyArn: string;
}

/** Workers in another account, launched from the shared image itself: no copy is made of it. */
export class SharedImageWorkersStack extends TerraformStack {
  constructor(scope: Construct, id: string, { imageId, keyArn }: SharedImage) {
    super(scope, id);
    new AwsProvider(this, "aws", {
      region: REGION,
      allowedAccountIds: [WORKERS_ACCOUNT],
      assumeRole: [{ roleArn: `arn:aws:iam::${WORKERS_ACCOUNT}:role/${DEPLOY_ROLE}` }],
    });

    // The other half. The role must be there: aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com
    const grant = new ServiceLinkedRoleGrant(this, "grant", {
      grantName: "workers",
      keyArn,
      grantee: AUTO_SCALING,
    });
    // The volumes are under a key of the account, so that the images' key guards the images alone.
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
