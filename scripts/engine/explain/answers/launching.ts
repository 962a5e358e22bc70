import { AWS_TEXTS } from "@keyferry/common";
import type { AnswerEntry } from "../entry";

const NOT_SHARED_IMAGE = {
  fix: "the image's owner must share it and let the account use the key of its snapshots; better, account <account> launches a copy of its own, under its own key",
  side: "source",
  others: [
    {
      cause: "the Allowed AMIs settings of account <account> in <region> do not allow the image",
      fix: "account <account> must allow the image's owner in its Allowed AMIs settings",
      side: "caller",
    },
  ],
  distinguish:
    "`aws ec2 describe-images --image-ids <the image>` in account <account> and in the owner's account; ImageAllowed shows the effect of Allowed AMIs",
} as const;

const NOT_OFFERED = {
  cause:
    "the instance type, or a requested feature of it, is not offered in this Availability Zone, or not with this image",
  fix: "choose another Availability Zone or instance type: `aws ec2 describe-instance-type-offerings --location-type availability-zone`",
  side: "user",
} as const;

/** Why AWS refuses to launch an instance, a group or a fleet. Source: EC2 API reference, "Error codes". */
export const LAUNCH_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["AuthFailure.ServiceLinkedRoleCreationNotPermitted"],
    cause:
      "account <account> has no service-linked role of EC2 Spot, and the caller may not create it (iam:CreateServiceLinkedRole)",
    fix: "account <account> must create the role once: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com",
    side: "caller",
  },
  {
    codes: ["OptInRequired"],
    text: /AWS Marketplace product|accept (its |the )?terms/i,
    isSentence: true,
    cause: "the image is a product of AWS Marketplace, and account <account> has not subscribed to it",
    fix: "account <account> must subscribe on the page that AWS's message names; each account that launches a copy of the image needs a subscription of its own",
    side: "caller",
  },
  {
    codes: ["ServiceLinkedRoleFailure"],
    cause: "account <account> has no service-linked role of Auto Scaling, under which instances are launched",
    fix: "run keyferry, which creates it before the consumers are deployed",
    side: "user",
    byHand: "aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com",
  },
  {
    codes: ["InvalidInput", "InvalidInputException"],
    text: /Service role name \S+ has been taken/,
    cause: "account <account> has this service-linked role already; nothing needs to be done",
    fix: "continue: the role exists",
    side: "user",
  },
  {
    codes: ["AuthFailure"],
    text: /Not authorized for images?\b/,
    isSentence: true,
    cause: "account <account> cannot launch this image in <region>: it is not shared with the account",
    ...NOT_SHARED_IMAGE,
  },
  {
    codes: ["InvalidAMIID.NotFound"],
    operations: ["RunInstances", "CreateFleet", "RequestSpotInstances", "CreateAutoScalingGroup"],
    cause:
      "account <account> sees no such image in <region>: it was deregistered, is in another Region, or is not shared with the account",
    ...NOT_SHARED_IMAGE,
  },
  {
    codes: ["InvalidKeyPair.NotFound"],
    cause:
      "account <account> has no key pair of this name in <region>; key pairs are neither copied nor shared",
    fix: "create or import the key pair in <region>, or launch without one",
    side: "caller",
    byHand: "aws ec2 describe-key-pairs shows those that exist",
  },
  {
    codes: ["InvalidGroup.NotFound", "InvalidSecurityGroupID.NotFound", "InvalidGroup.NotFoundException"],
    cause: "account <account> has no such security group in <region>, or it belongs to another VPC",
    fix: "name a security group of the VPC of the subnet",
    side: "caller",
  },
  {
    codes: ["InvalidSubnetID.NotFound", "InvalidSubnet"],
    cause: "account <account> has no such subnet in <region>",
    fix: "name a subnet that exists there; other accounts must share their subnets through AWS RAM",
    side: "caller",
  },
  {
    codes: ["MissingInput", "DefaultVpcDoesNotExist", "VPCIdNotSpecified"],
    cause: "account <account> has no default VPC or default subnet in <region>, and no subnet was named",
    fix: "name a subnet (`subnetIds` of launch), or create the default VPC again",
    side: "caller",
  },
  {
    codes: ["InsufficientInstanceCapacity", "InsufficientReservedInstanceCapacity", "UnfulfillableCapacity"],
    cause: "AWS has no capacity for this instance type in the Availability Zone at this moment",
    fix: "try again later, in another Availability Zone, or with another instance type",
    side: "user",
  },
  {
    codes: ["VolumeLimitExceeded", "MaxIOPSLimitExceeded", "VolumeTypeLimitExceeded"],
    cause:
      "the volumes of account <account> in <region> have as much storage, or as many IOPS, as its quota allows",
    fix: "account <account> must delete volumes that it no longer needs, or ask AWS for a higher quota (Service Quotas, EBS)",
    side: "caller",
  },
  {
    codes: [
      "InstanceInitiatedShutdown",
      "UserInitiatedShutdown",
      "UserInitiatedHibernate",
      "SpotInstanceShutdown",
      "SpotInstanceTermination",
      "ScheduledStop",
    ],
    cause:
      "the instance was running and was stopped or terminated: by its own operating system, by a caller, or by AWS",
    fix: "nothing was refused; CloudTrail of account <account> has the StopInstances or TerminateInstances of a caller, and the instance's console output what it did last",
    side: "caller",
  },
  {
    codes: ["VcpuLimitExceeded", "InstanceLimitExceeded", "MaxSpotInstanceCountExceeded"],
    cause:
      "account <account> has as many vCPUs or instances of this kind running in <region> as its quota allows",
    fix: "account <account> must stop instances, or ask AWS for a higher quota (Service Quotas, EC2, running instances)",
    side: "caller",
  },
  {
    codes: ["InvalidParameterValue", "Unsupported", "UnsupportedOperation"],
    text: /architecture/i,
    cause: "the instance type has another processor architecture than the image",
    fix: "choose an instance type of the image's architecture: names with a g after the generation number, such as m7g, are arm64",
    side: "user",
  },
  { codes: ["Unsupported"], text: "is not supported in your requested Availability Zone", ...NOT_OFFERED },
  { codes: ["Unsupported"], ...NOT_OFFERED },
  {
    codes: ["InvalidBlockDeviceMapping"],
    text: /root|snapshot|size/i,
    operations: ["RunInstances", "CreateFleet", "RegisterImage", "CreateLaunchTemplate"],
    cause:
      "the block device mapping does not fit: a volume smaller than its snapshot, a device without one, or no root device",
    fix: "give each volume at least its snapshot's size, and the root device of the image its own mapping",
    side: "user",
  },
  {
    codes: ["AccessDenied", "UnauthorizedOperation"],
    text: /not authorized to use launch template/,
    isSentence: true,
    cause:
      "the caller is not allowed everything that the launch template asks for: ec2:RunInstances on each of its resources, ec2:CreateTags for its tags, or iam:PassRole for its instance profile",
    fix: "account <account> must allow these to the caller; AWS's words do not say which one is missing",
    side: "caller",
    distinguish:
      "`aws ec2 run-instances --dry-run --launch-template LaunchTemplateName=<name>` as the same caller names the missing permission in its encoded message (aws sts decode-authorization-message)",
  },
  {
    codes: [
      "InvalidLaunchTemplateId.NotFound",
      "InvalidLaunchTemplateName.NotFoundException",
      "InvalidLaunchTemplateId.VersionNotFound",
    ],
    cause: "account <account> has no such launch template, or no such version of it, in <region>",
    fix: "name one that exists: launch templates belong to one account and Region",
    side: "caller",
    byHand: "aws ec2 describe-launch-template-versions --launch-template-name <name>",
  },
  {
    codes: ["Client.InternalError", "InternalError"],
    text: AWS_TEXTS.launchFailed.replace("Client.InternalError: ", ""),
    cause:
      "the principal that launched or started the instance may not use the key of its encrypted volumes (kms:CreateGrant and the operations of the grant), or the key is not enabled",
    fix: "allow kms:CreateGrant with kms:GrantIsForAWSResource, kms:Decrypt, kms:DescribeKey, kms:GenerateDataKeyWithoutPlaintext and kms:ReEncrypt* on the key to the launching principal; for Auto Scaling that is its service-linked role",
    side: "caller",
    distinguish:
      "CloudTrail of account <account> has the refused CreateGrant of the same minute with its principal; `aws kms describe-key` shows the key's state",
  },
  {
    codes: ["Client.InternalError"],
    cause:
      "a key of an encrypted volume or snapshot could not be used: the principal that made the call may not use it, or it is disabled, pending deletion or without key material",
    fix: "allow kms:CreateGrant with kms:GrantIsForAWSResource, kms:Decrypt, kms:DescribeKey, kms:GenerateDataKeyWithoutPlaintext and kms:ReEncrypt* on the key to that principal, in its own policy and, for another account's key, also in the key's policy; or make the key usable again",
    side: "caller",
    others: [
      {
        cause: "a snapshot of the image was deleted, or is not shared with account <account>",
        fix: "the owner of the snapshot must restore or share it",
        side: "source",
      },
    ],
    distinguish:
      "CloudTrail of account <account> has the refused CreateGrant of the same minute, if it was the key; `aws ec2 describe-snapshots` shows the state message of each snapshot",
  },
];
