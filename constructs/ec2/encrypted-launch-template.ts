import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Token, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { IKey } from "../kms";
import { checkText, propError } from "../props";

/** Source: EC2 API reference, CreateLaunchTemplate, LaunchTemplateName. */
const TEMPLATE_NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/;

/** Volumes that are put under a key whatever the image says of them. */
export interface EncryptedDevices {
  /** A key of the template's own account and Region. */
  readonly key: IKey;
  /** The image's device names, root included: `/dev/xvda`. */
  readonly deviceNames: readonly string[];
}

export interface EncryptedLaunchTemplateProps {
  readonly launchTemplateName: string;
  /**
   * `ami-...`, or `resolve:ssm:/parameter/name`: then each launch reads the parameter anew, and a new image needs no new
   * template. EC2 FLEET OF TYPE maintain OR request AND SPOT FLEET DO NOT TAKE A PARAMETER.
   * Source: EC2 user guide, Use a Systems Manager parameter instead of an AMI ID.
   */
  readonly imageId: string;
  /** `m7i.large` */
  readonly instanceType: string;
  /**
   * Devices whose volumes must be under a key. Not needed for an image whose snapshots are under the right key already:
   * volumes inherit the key of their snapshot. EACH DEVICE MUST BE ONE OF THE IMAGE'S, or the launch adds an empty volume
   * or fails. Source: EC2 API reference, LaunchTemplateEbsBlockDeviceRequest.
   * @default - the image alone decides
   */
  readonly encryptedDevices?: EncryptedDevices;
  /** Set on instances and their volumes; the provider's default tags do not reach those. @default - none */
  readonly instanceTags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region of the template. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * A launch template for an encrypted image. It enforces IMDSv2 and, for the devices given, the key; for all others a
 * volume is under the key of the image's snapshot, so the image is the guarantee.
 */
export class EncryptedLaunchTemplate extends Construct {
  readonly launchTemplateId: string;
  /** Number of the newest version, which is also the default one. */
  readonly latestVersion: string;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: EncryptedLaunchTemplateProps) {
    super(scope, id);
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
      /^(ami-[0-9a-f]{8,17}|resolve:ssm:.+)$/,
      "an image id, or resolve:ssm: and a parameter's name",
    );
    const devices = props.encryptedDevices;
    if (devices !== undefined && devices.deviceNames.length === 0) {
      throw propError(this, "encryptedDevices.deviceNames", "empty", "at least one device name");
    }
    const template = new LaunchTemplate(this, "Resource", {
      name: props.launchTemplateName,
      imageId: props.imageId,
      instanceType: props.instanceType,
      updateDefaultVersion: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" },
      ...(devices === undefined
        ? {}
        : {
            blockDeviceMappings: devices.deviceNames.map((deviceName) => ({
              deviceName,
              ebs: { encrypted: "true", kmsKeyId: devices.key.keyArn },
            })),
          }),
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
  }
}
