import { LaunchTemplate, type LaunchTemplateConfig } from "@cdktf/provider-aws/lib/launch-template";
import { Fn, Token, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { IKey } from "../kms";
import { checkRange, checkText, propError, type Range } from "../props";
import { blockDevices, type VolumeOverrides } from "./block-devices";
import { terraformRequirements, type InstanceRequirements } from "./instance-requirements";
import type { ILaunchTemplate } from "./launch-template";

/** Source: EC2 API reference, CreateLaunchTemplate, LaunchTemplateName. */
export const TEMPLATE_NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;

export const IMAGE_ID = /^(ami-[0-9a-f]{8,17}|resolve:ssm:.+)$/;

/** Source: EC2 API reference, RequestLaunchTemplateData.UserData: 16 KB before it is encoded. */
export const USER_DATA: Range = { min: 1, max: 16 * 1024, unit: "bytes" };

/** Source: EC2 API reference, LaunchTemplateInstanceMetadataOptionsRequest. */
export const HOPS: Range = { min: 1, max: 64, unit: "hops" };

/** Volumes to encrypt under a key, regardless of the image's settings. */
export interface EncryptedDevices {
  /** A key of the template's Region. If it belongs to another account, it must allow the principals that launch. */
  readonly key: IKey;
  /** The image's device names, root included: `/dev/xvda`. */
  readonly deviceNames: readonly string[];
}

/** Settings of the instance metadata service. */
export interface MetadataOptions {
  /** `required`: only IMDSv2 can be used. @default "required" */
  readonly httpTokens?: "required" | "optional";
  /** Network hops that a response may take; containers need 2. @default - EC2's, which is the image's or 1 */
  readonly hopLimit?: number;
  /** Whether the instance's tags can be read from the metadata. @default false */
  readonly instanceTags?: boolean;
}

export interface EncryptedLaunchTemplateProps {
  /** Name of the template, unique in the account and Region. */
  readonly launchTemplateName: string;
  /**
   * Id of the image, `ami-...`, or `resolve:ssm:/parameter/name`: each launch then reads the parameter, and a new image needs
   * no new template. EC2 FLEETS OF TYPE maintain OR request AND SPOT FLEETS DO NOT SUPPORT A PARAMETER.
   * Source: EC2 user guide, Use a Systems Manager parameter instead of an AMI ID.
   */
  readonly imageId: string;
  /** The instance type, such as `m7i.large`. Give either this or `instanceRequirements`. */
  readonly instanceType?: string;
  /**
   * Attributes by which instance types are chosen. EC2 Auto Scaling SUPPORTS THEM ONLY WITH AN IMAGE ID, NOT WITH `resolve:ssm:`.
   * Source: EC2 Auto Scaling user guide, Using AWS Systems Manager parameters instead of AMI IDs in launch templates.
   * @default - `instanceType` alone
   */
  readonly instanceRequirements?: InstanceRequirements;
  /**
   * Devices whose volumes must be under a key. Not needed if the image's snapshots are already under the right key:
   * volumes inherit the key of their snapshot. EACH DEVICE MUST EXIST IN THE IMAGE; otherwise the launch adds an empty volume
   * or fails. Source: EC2 API reference, LaunchTemplateEbsBlockDeviceRequest.
   * @default - the image's snapshots decide
   */
  readonly encryptedDevices?: EncryptedDevices;
  /** Changes of volume types and sizes at launch, by device name of the image. @default - the image's settings */
  readonly volumes?: VolumeOverrides;
  /** Ids of security groups. @default - the VPC's default security group */
  readonly securityGroupIds?: readonly string[];
  /**
   * Name or ARN of the instance profile. A PRINCIPAL THAT CREATES INSTANCES OR GROUPS FROM THE TEMPLATE NEEDS iam:PassRole FOR
   * THE PROFILE'S ROLE. @default - none
   */
  readonly instanceProfile?: string;
  /**
   * User data that cloud-init runs at the first boot, as plain text. DO NOT PUT SECRETS HERE: the text is in Terraform's state
   * and in the template, and any principal that can read either of them can read it. @default - none
   */
  readonly userData?: string;
  /** Name of an EC2 key pair. @default - none */
  readonly keyName?: string;
  /** Settings of the instance metadata service. @default - only IMDSv2 can be used */
  readonly metadata?: MetadataOptions;
  /** Whether metrics are sent every minute instead of every five minutes. @default false */
  readonly detailedMonitoring?: boolean;
  /** Tags of instances and their volumes; the provider's default tags are not applied to them. @default - none */
  readonly instanceTags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region of the template. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A launch template for an encrypted image. It enforces IMDSv2 unless `metadata` says otherwise, and it enforces the key for
 * the given devices. All other volumes are under the key of the image's snapshot, so the image determines their encryption.
 */
export class EncryptedLaunchTemplate extends Construct implements ILaunchTemplate {
  readonly launchTemplateId: string;
  /** Number of the newest version, which is also the default version. */
  readonly latestVersion: string;
  /** Whether instance types are chosen by their attributes; a group then needs a mixed instances policy. */
  readonly choosesInstanceTypes: boolean;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: EncryptedLaunchTemplateProps) {
    super(scope, id);
    this.checkProps(props);
    const template = new LaunchTemplate(this, "Resource", {
      name: props.launchTemplateName,
      imageId: props.imageId,
      ...(props.instanceType === undefined ? {} : { instanceType: props.instanceType }),
      updateDefaultVersion: true,
      metadataOptions: metadataOptions(props.metadata ?? {}),
      ...launchOptions(props),
      ...(props.instanceTags === undefined
        ? {}
        : {
            tagSpecifications: ["instance", "volume"].map((resourceType) => ({
              resourceType,
              tags: { ...props.instanceTags },
            })),
          }),
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    this.launchTemplateId = template.id;
    this.latestVersion = Token.asString(template.latestVersion);
    this.choosesInstanceTypes = props.instanceRequirements !== undefined;
  }

  private checkProps(props: EncryptedLaunchTemplateProps): void {
    checkText(
      this,
      "launchTemplateName",
      props.launchTemplateName,
      TEMPLATE_NAME,
      "3 to 128 letters, digits or ()./_-",
    );
    checkText(
      this,
      "imageId",
      props.imageId,
      IMAGE_ID,
      "an image id, or resolve:ssm: and a parameter's name",
    );
    const { instanceType, instanceRequirements, encryptedDevices, userData } = props;
    if ((instanceType === undefined) === (instanceRequirements === undefined)) {
      throw propError(
        this,
        "the choice of the instance type",
        instanceType === undefined ? "not made" : "made twice",
        "exactly one of instanceType and instanceRequirements",
      );
    }
    if (instanceRequirements !== undefined && props.imageId.startsWith("resolve:ssm:")) {
      throw propError(
        this,
        "imageId",
        `"${props.imageId}"`,
        "an image id if instanceRequirements are given: EC2 Auto Scaling does not support a parameter with them",
        "read the parameter when you deploy, with the data source aws_ssm_parameter",
      );
    }
    if (encryptedDevices !== undefined && encryptedDevices.deviceNames.length === 0) {
      throw propError(this, "encryptedDevices.deviceNames", "empty", "at least one device name");
    }
    if (userData !== undefined && !Token.isUnresolved(userData)) {
      checkRange(this, "the size of userData", Buffer.byteLength(userData), USER_DATA);
    }
    checkRange(this, "metadata.hopLimit", props.metadata?.hopLimit, HOPS);
  }
}

/** The rest of the template. Props that are not given are not set, so that a template of an earlier version stays unchanged. */
function launchOptions(props: EncryptedLaunchTemplateProps): Partial<LaunchTemplateConfig> {
  const { instanceRequirements, securityGroupIds, instanceProfile, userData, keyName } = props;
  const mappings = blockDevices(props.encryptedDevices, props.volumes ?? {});
  return {
    ...(instanceRequirements === undefined
      ? {}
      : { instanceRequirements: terraformRequirements(instanceRequirements) }),
    ...(mappings.length === 0 ? {} : { blockDeviceMappings: mappings }),
    ...(securityGroupIds === undefined ? {} : { vpcSecurityGroupIds: [...securityGroupIds] }),
    ...(instanceProfile === undefined
      ? {}
      : {
          iamInstanceProfile: instanceProfile.startsWith("arn:")
            ? { arn: instanceProfile }
            : { name: instanceProfile },
        }),
    ...(userData === undefined ? {} : { userData: encoded(userData) }),
    ...(keyName === undefined ? {} : { keyName }),
    ...(props.detailedMonitoring === undefined ? {} : { monitoring: { enabled: props.detailedMonitoring } }),
  };
}

function metadataOptions({ httpTokens = "required", hopLimit, instanceTags }: MetadataOptions) {
  return {
    httpEndpoint: "enabled",
    httpTokens,
    ...(hopLimit === undefined ? {} : { httpPutResponseHopLimit: hopLimit }),
    ...(instanceTags === undefined ? {} : { instanceMetadataTags: instanceTags ? "enabled" : "disabled" }),
  };
}

/** Encoded here and not by Terraform, so that `${` in a script is not interpreted as a Terraform expression. */
function encoded(userData: string): string {
  return Token.isUnresolved(userData) ? Fn.base64encode(userData) : Buffer.from(userData).toString("base64");
}
