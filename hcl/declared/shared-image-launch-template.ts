import {
  EncryptedLaunchTemplate,
  HOPS,
  IMAGE_ID,
  TEMPLATE_NAME,
  USER_DATA,
} from "../../constructs/ec2/encrypted-launch-template";
import { KEY_ARN } from "../../constructs/kms/key-arn";
import type { ModuleDeclaration } from "../declaration";
import type { Input } from "../input";
import { flag, found, listOf, matching, oneOf, text, textMap, wholeNumber } from "../inputs";

const name = text("name", {
  description: "Name of the launch template, unique in the account and Region.",
  validations: [matching("name", TEMPLATE_NAME, "3 to 128 letters, digits or ()./_-")],
});
const imageId = text("image_id", {
  description:
    "The image: ami-..., or resolve:ssm: and the name of a parameter, which each launch then reads anew.",
  validations: [matching("image_id", IMAGE_ID, "an image id, or resolve:ssm: and a parameter's name")],
});
const instanceType = text("instance_type", { description: "Type of the instances: m7i.large." });
const keyArn = text("key_arn", {
  description:
    "ARN of the key that the volumes are put under, in the Region of the template; best one of the account that launches, so that the image's key guards the image alone.",
  validations: [
    {
      condition: found(KEY_ARN, "var.key_arn"),
      message: "key_arn must be the ARN of a key, not of an alias: arn:aws:kms:REGION:ACCOUNT:key/ID.",
    },
  ],
});

/** Samples of the variable, each in its place in the launch template. */
const VOLUME = {
  deviceName: "sample-device",
  type: "sample-volume-type",
  sizeGiB: "sample-volume-size",
  iops: "sample-volume-iops",
  throughput: "sample-volume-throughput",
};
const volumes: Input = {
  name: "volumes",
  type: `map(object({
  size_gib   = optional(number)
  type       = optional(string)
  iops       = optional(number)
  throughput = optional(number)
}))`,
  description:
    "Volumes that are put under the key, by device name of the image, root included (/dev/xvda), with what the launch changes of each. EACH DEVICE MUST BE ONE OF THE IMAGE'S.",
  validations: [
    { condition: "length(var.volumes) > 0", message: "volumes must name at least one device of the image." },
  ],
  samples: {
    over: "var.volumes",
    element: "volume",
    texts: [
      { text: VOLUME.deviceName, of: ({ key }) => key },
      { text: VOLUME.type, of: ({ value }) => `${value}.type` },
      { text: VOLUME.sizeGiB, of: ({ value }) => `${value}.size_gib` },
      { text: VOLUME.iops, of: ({ value }) => `${value}.iops` },
      { text: VOLUME.throughput, of: ({ value }) => `${value}.throughput` },
    ],
  },
};
const SECURITY_GROUP = "sample-security-group";
const securityGroups = listOf(
  "security_group_ids",
  "string",
  { description: "Ids of security groups; the default is the VPC's default security group." },
  { element: "id", texts: [{ text: SECURITY_GROUP, of: ({ value }) => value }] },
);
const instanceProfile = text(
  "instance_profile_name",
  { description: "Name of the instance profile. Whoever launches needs iam:PassRole for its role." },
  null,
);
/** Number of Base64 characters for the maximum number of bytes. */
const BASE64 = Math.ceil((USER_DATA.max ?? 0) / 3) * 4;
const userData = text(
  "user_data",
  {
    description:
      "What cloud-init runs at the first boot, as plain text. NEVER A SECRET: the state and the template hold it.",
    validations: [
      {
        condition: `var.user_data == null ? true : length(base64encode(var.user_data)) <= ${BASE64}`,
        message: `user_data must have at most ${USER_DATA.max} bytes.`,
      },
    ],
  },
  null,
);
const keyName = text("key_name", { description: "Name of an EC2 key pair." }, null);
const httpTokens = text(
  "http_tokens",
  {
    description: "required: only IMDSv2 is answered. optional: IMDSv1 as well.",
    validations: [oneOf("http_tokens", ["required", "optional"])],
  },
  "required",
);
const hopLimit = wholeNumber(
  "http_put_response_hop_limit",
  "Network hops that an answer of the instance metadata service may take; containers need 2.",
  HOPS,
  null,
);
const metadataTags = flag("instance_metadata_tags", "Whether instances read their tags as metadata.", false);
const monitoring = flag(
  "detailed_monitoring",
  "Whether metrics are sent every minute instead of every five.",
  false,
);
const instanceTags = textMap(
  "instance_tags",
  "Tags of instances and their volumes, which the provider's default tags do not reach.",
  "length(var.instance_tags) > 0",
);

export const sharedImageLaunchTemplate: ModuleDeclaration = {
  name: "shared-image-launch-template",
  description:
    "A launch template for an image that another account shares, or for one of the own account: the volumes that are named are put under the key that is given, whatever the image says, and only IMDSv2 is answered. The construct is `EncryptedLaunchTemplate`.",
  notes: `## Launching from another account's image

The account needs the image's key as well: the owner shares it (\`share_with_accounts\` of the module customer-managed-key), and Auto Scaling uses it by a grant (the module key-grants). Types of instances by what they have are in the construct alone.`,
  inputs: [
    ...[name, imageId, instanceType, keyArn, volumes, securityGroups, instanceProfile, userData, keyName],
    ...[httpTokens, hopLimit, metadataTags, monitoring, instanceTags],
  ],
  example: `
provider "aws" {
  region = "eu-central-1"
}

module "launch_template" {
  source = "../.."

  name          = "workers"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "m7i.large"
  key_arn       = "arn:aws:kms:eu-central-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  volumes       = { "/dev/xvda" = { size_gib = 20, type = "gp3" } }
  instance_tags = { team = "web" }
}

output "launch_template_id" {
  value = module.launch_template.launch_template_id
}`,
  build: (stack, brings) => {
    const { deviceName } = VOLUME;
    const template = new EncryptedLaunchTemplate(stack, "Template", {
      launchTemplateName: name.token,
      imageId: imageId.token,
      instanceType: instanceType.token,
      encryptedDevices: { key: { keyArn: keyArn.token, keyId: keyArn.token }, deviceNames: [deviceName] },
      volumes: { [deviceName]: volumeOverride() },
      ...(brings(securityGroups) ? { securityGroupIds: [SECURITY_GROUP] } : {}),
      ...(brings(instanceProfile) ? { instanceProfile: instanceProfile.token } : {}),
      ...(brings(userData) ? { userData: userData.token } : {}),
      ...(brings(keyName) ? { keyName: keyName.token } : {}),
      metadata: {
        httpTokens: httpTokens.token as "required",
        ...(brings(hopLimit) ? { hopLimit: hopLimit.token } : {}),
        ...(brings(metadataTags) ? { instanceTags: true } : {}),
      },
      ...(brings(monitoring) ? { detailedMonitoring: true } : {}),
      ...(brings(instanceTags) ? { instanceTags: instanceTags.map } : {}),
    });
    return {
      launch_template_id: { description: "lt-...", value: template.launchTemplateId },
      latest_version: {
        description: "Number of the newest version, which is also the default one.",
        value: template.latestVersion,
      },
    };
  },
};

/** Samples are texts; Terraform reads the numbers of the variable in their place. */
function volumeOverride() {
  const { type, sizeGiB, iops, throughput } = VOLUME as unknown as {
    readonly type: string;
    readonly sizeGiB: number;
    readonly iops: number;
    readonly throughput: number;
  };
  return { type, sizeGiB, iops, throughput };
}
