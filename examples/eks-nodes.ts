import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In your own project: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import {
  CustomerManagedKey,
  EncryptedLaunchTemplate,
  ServiceLinkedRoleGrant,
  type ServiceLinkedRole,
} from "../constructs";

const REGION = "eu-central-1";
const IMAGES_ACCOUNT = "111111111111";
const CLUSTER_ACCOUNT = "222222222222";
/** The role that Terraform uses in the cluster's account; its policy has the statements that `grantIssuerPolicy` of `keyferry/policy` returns. */
const DEPLOY_ROLE = "deploy";
/** The role of Karpenter's controller. */
const KARPENTER = `arn:aws:iam::${CLUSTER_ACCOUNT}:role/KarpenterController`;

/** A managed node group is an Auto Scaling group: Auto Scaling's service-linked role launches. */
const AUTO_SCALING: ServiceLinkedRole = { awsServiceName: "autoscaling.amazonaws.com" };
/** For every Spot Instance, regardless of who requested it, the service-linked role of EC2 Spot uses the key. */
const SPOT: ServiceLinkedRole = { awsServiceName: "spot.amazonaws.com" };

/** The key of the node images, in the account that builds and shares them: its policy has one of the two permissions of each launching principal. */
export class NodeImagesKeyStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, "aws", { region: REGION, allowedAccountIds: [IMAGES_ACCOUNT] });
    const key = new CustomerManagedKey(this, "key", {
      alias: "alias/node-images",
      description: "images of nodes that are shared with the clusters' accounts",
    });
    // Managed node groups, and Spot Instances of either kind: service-linked roles, to which no policy can be attached, get grants.
    key.grants.allowLaunchGrants([AUTO_SCALING, SPOT], { account: CLUSTER_ACCOUNT, roleName: DEPLOY_ROLE });
    // Karpenter launches instant fleets as its controller, an ordinary role: the key's policy names it.
    key.grants.share({
      accounts: [],
      roles: [KARPENTER],
      organizationalUnits: [],
      viaServices: ["ec2"],
    });
  }
}

export interface NodesProps {
  readonly clusterName: string;
  /** A node image for this cluster's version that the images' account has shared. */
  readonly imageId: string;
  /** ARN of the key of its snapshots; an alias of another account cannot be looked up. */
  readonly keyArn: string;
  /** Role of the nodes. */
  readonly nodeRoleArn: string;
  readonly subnetIds: readonly string[];
  /** Joins a node to the cluster. With a custom image, EKS requires the user to provide this. */
  readonly userData: string;
}

/** Nodes of an EKS cluster in another account, from a managed node group and from Karpenter, launched from the shared image without a copy. */
export class EksNodesStack extends TerraformStack {
  /** The part of an `EC2NodeClass` for the image and its volumes, for `kubectl apply`. */
  readonly nodeClass: object;

  constructor(scope: Construct, id: string, props: NodesProps) {
    super(scope, id);
    const { imageId, keyArn } = props;
    new AwsProvider(this, "aws", {
      region: REGION,
      allowedAccountIds: [CLUSTER_ACCOUNT],
      assumeRole: [{ roleArn: `arn:aws:iam::${CLUSTER_ACCOUNT}:role/${DEPLOY_ROLE}` }],
    });

    // The second permission for managed node groups and Spot. Both roles must exist: aws iam create-service-linked-role.
    const grants = [AUTO_SCALING, SPOT].map(
      (grantee) =>
        new ServiceLinkedRoleGrant(this, `grant-${grantee.awsServiceName}`, {
          grantName: `nodes/${grantee.awsServiceName.split(".")[0]}`,
          keyArn,
          grantee,
        }),
    );
    // The volumes of all nodes are encrypted under a key of this account.
    const key = new CustomerManagedKey(this, "key", {
      alias: "alias/nodes",
      description: "volumes of the nodes",
    });
    key.grants.allowLaunching();

    // EKS does not allow an instance profile in the template. The instance type is set here, so the node group sets none.
    const template = new EncryptedLaunchTemplate(this, "template", {
      launchTemplateName: `${props.clusterName}-nodes`,
      imageId,
      instanceType: "m7i.large",
      encryptedDevices: { key, deviceNames: ["/dev/xvda"] },
      userData: props.userData,
    });
    new EksNodeGroup(this, "nodes", {
      clusterName: props.clusterName,
      nodeGroupName: "nodes",
      nodeRoleArn: props.nodeRoleArn,
      subnetIds: [...props.subnetIds],
      scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 10 },
      launchTemplate: { id: template.launchTemplateId, version: template.latestVersion },
      dependsOn: grants,
    });

    // The second permission for Karpenter: IAM of its own account allows the controller to use both keys, only through EC2.
    new IamPolicy(this, "karpenter-keys", {
      name: `${props.clusterName}-karpenter-keys`,
      policy: JSON.stringify(karpenterPolicy([keyArn, key.keyArn])),
    });
    this.nodeClass = {
      amiFamily: "Custom",
      amiSelectorTerms: [{ id: imageId }],
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", rootVolume: true, ebs: { encrypted: true, kmsKeyID: key.keyArn } },
      ],
    };
  }
}

/** Attach it to the controller's role in addition to Karpenter's own policy, which allows nothing on customer managed keys. */
function karpenterPolicy(keyArns: readonly string[]): object {
  const through = { StringEquals: { "kms:ViaService": `ec2.${REGION}.amazonaws.com` } };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "GrantKeysToEbs",
        Effect: "Allow",
        Action: "kms:CreateGrant",
        Resource: keyArns,
        Condition: { ...through, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
      {
        Sid: "UseKeysThroughEc2",
        Effect: "Allow",
        Action: [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ReEncryptFrom",
          "kms:ReEncryptTo",
        ],
        Resource: keyArns,
        Condition: through,
      },
    ],
  };
}
