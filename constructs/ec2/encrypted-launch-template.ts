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

/** Volumes that are put under a key whatever the image says of them. */
export interface EncryptedDevices {
  /** A key of the template's Region; of another account, it must be open to whoever launches. */
  readonly key: IKey;
  /** The image's device names, root included: `/dev/xvda`. */
  readonly deviceNames: readonly string[];
}

/** How the instance metadata service answers. */
export interface MetadataOptions {
  /** `required`: only IMDSv2 is answered. @default "required" */
  readonly httpTokens?: "required" | "optional";
  /** Network hops that an answer may take; containers need 2. @default - EC2's, which is the image's or 1 */
  readonly hopLimit?: number;
  /** Whether the instance's tags can be read there. @default false */
  readonly instanceTags?: boolean;
}

export interface EncryptedLaunchTemplateProps {
  /** Unique in the account and Region. */
  readonly launchTemplateName: string;
  /**
   * `ami-...`, or `resolve:ssm:/parameter/name`: then each launch reads the parameter anew, and a new image needs no new
   * template. EC2 FLEET OF TYPE maintain OR request AND SPOT FLEET DO NOT TAKE A PARAMETER.
   * Source: EC2 user guide, Use a Systems Manager parameter instead of an AMI ID.
   */
  readonly imageId: string;
  /** `m7i.large`; give either this or `instanceRequirements`. */
  readonly instanceType?: string;
  /**
   * Which types may be chosen instead of one. EC2 Auto Scaling TAKES THEM ONLY WITH AN IMAGE ID, NOT WITH `resolve:ssm:`.
   * Source: EC2 Auto Scaling user guide, Using AWS Systems Manager parameters instead of AMI IDs in launch templates.
   * @default - `instanceType` alone
   */
  readonly instanceRequirements?: InstanceRequirements;
  /**
   * Devices whose volumes must be under a key. Not needed for an image whose snapshots are under the right key already:
   * volumes inherit the key of their snapshot. EACH DEVICE MUST BE ONE OF THE IMAGE'S, or the launch adds an empty volume
   * or fails. Source: EC2 API reference, LaunchTemplateEbsBlockDeviceRequest.
   * @default - the image alone decides
   */
  readonly encryptedDevices?: EncryptedDevices;
  /** What the launch changes of volumes' types and sizes, by device name of the image. @default - the image alone decides */
  readonly volumes?: VolumeOverrides;
  /** Ids of security groups. @default - the VPC's default security group */
  readonly securityGroupIds?: readonly string[];
  /**
   * Name or ARN of the instance profile. WHOEVER CREATES INSTANCES OR GROUPS FROM THE TEMPLATE NEEDS iam:PassRole FOR ITS
   * ROLE. @default - none
   */
  readonly instanceProfile?: string;
  /**
   * What cloud-init runs at the first boot, as plain text. NEVER A SECRET: Terraform's state and the template hold it, and
   * whoever may describe either can read it. @default - none
   */
  readonly userData?: string;
  /** Name of an EC2 key pair. @default - none */
  readonly keyName?: string;
  /** How instances read their metadata. @default - only IMDSv2 is answered */
  readonly metadata?: MetadataOptions;
  /** Metrics every minute instead of every five. @default false */
  readonly detailedMonitoring?: boolean;
  /** Set on instances and their volumes; the provider's default tags do not reach those. @default - none */
  readonly instanceTags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region of the template. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A launch template for an encrypted image. Unless it is told otherwise it enforces IMDSv2; for the devices given it
 * enforces the key. For all others a volume is under the key of the image's snapshot, so the image is the guarantee.
 */
export class EncryptedLaunchTemplate extends Construct implements ILaunchTemplate {
  readonly launchTemplateId: string;
  /** Number of the newest version, which is also the default one. */
  readonly latestVersion: string;
  /** Whether instance types are chosen by what they have; a group needs a mixed instances policy then. */
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
        "an image id where instanceRequirements are given: EC2 Auto Scaling takes no parameter there",
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

/** The rest of the template; what is not given does not appear, so that a template of an earlier version stays as it is. */
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

/** Encoded here, not by Terraform, so that `${` in a script is never taken for one of Terraform's expressions. */
function encoded(userData: string): string {
  return Token.isUnresolved(userData) ? Fn.base64encode(userData) : Buffer.from(userData).toString("base64");
}
