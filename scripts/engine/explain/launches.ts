import { AWS_TEXTS } from "@keyferry/common";
import { meant, type Meaning, type Where } from "./catalogue";
import { DEPLOY } from "./entry";
import type { Explanation } from "./explanation";

interface LaunchEntry extends Meaning {
  /** Parts of the status message of an Auto Scaling activity, or of an instance's state reason. */
  readonly texts: readonly (string | RegExp)[];
}

const WHO_LAUNCHED =
  "the instance's launch in CloudTrail of account <account> (RunInstances, CreateFleet or StartInstances) names the principal that launched it; the CreateGrant of the same minute, with its error code, names the key and the policy that denied it";

/** Source: EC2 Auto Scaling user guide, "Troubleshoot instance launch failures" and "Required KMS key policy". */
const LAUNCHES: readonly LaunchEntry[] = [
  {
    side: "caller",
    texts: [AWS_TEXTS.launchKeyState],
    cause: "the key of the image's volumes is disabled, pending deletion or without key material",
    fix: "account <account> must make the key in <region> usable again: enable it, cancel its deletion, or import its material",
    others: [
      {
        cause: "the launcher may not use the key",
        fix: `the launching principal needs kms:CreateGrant and kms:Decrypt on the key; for Auto Scaling: ${DEPLOY}`,
        side: "caller",
      },
    ],
    distinguish:
      "`aws kms describe-key --key-id <the key>` in the key's account shows its KeyState; while it is Enabled, the permission is missing",
  },
  {
    side: "caller",
    texts: [AWS_TEXTS.launchFailed, AWS_TEXTS.launchVolumesInaccessible],
    cause:
      "the principal that launched the instance may not use the key of its encrypted volumes. Where Auto Scaling launched it, that is the service-linked role of Auto Scaling in account <account>: only the key policy can give it access to a key of its own account, and only a grant to a key of another account",
    fix: `account <account> must let AWSServiceRoleForAutoScaling in by the policy of its key in <region>: ${DEPLOY}`,
    others: [
      {
        cause:
          "a role or user launched or started it (a scheduler, a fleet, EKS, a person), and its own policy or the key's policy lacks kms:CreateGrant, kms:Decrypt, kms:DescribeKey, kms:GenerateDataKeyWithoutPlaintext or kms:ReEncrypt*",
        fix: "allow these to that principal on the key, in its own policy and, for another account's key, also in the key's policy; kms:CreateGrant with the condition kms:GrantIsForAWSResource",
        side: "caller",
      },
      {
        cause: "the key is disabled, pending deletion, or without key material",
        fix: "the key's account must make it usable again: enable it, cancel its deletion, or import its material",
        side: "caller",
      },
    ],
    distinguish: WHO_LAUNCHED,
    byHand:
      "aws kms put-key-policy for a key of the same account, or aws kms create-grant --grantee-principal <the service-linked role's ARN> --operations CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo for another account's key, called by a principal of the launching account",
  },
  {
    side: "caller",
    texts: [AWS_TEXTS.imageNotAuthorized],
    cause: "the image to be launched is not shared with account <account>",
    fix: "account <account> must launch its own copy: publish it with publishTo, and take the image from that parameter",
    byHand:
      "the image's owner runs aws ec2 modify-image-attribute --launch-permission to share the image, and lets the account use the key of its snapshots",
  },
  {
    side: "caller",
    texts: [/The image id '\[?ami-[0-9a-f]+\]?' does not exist/, "InvalidAMIID.NotFound"],
    cause: "the image to be launched was deregistered, or is in another Region",
    fix: "run keyferry, which publishes a copy that exists, and take the image from that parameter",
    others: [
      {
        cause: "the image is not shared with account <account>",
        fix: "the image's owner must share it, or account <account> must launch its own copy",
        side: "caller",
      },
      {
        cause: "the Allowed AMIs settings of account <account> in <region> do not allow the image",
        fix: "account <account> must allow the image's owner in its Allowed AMIs settings in <region>",
        side: "caller",
      },
    ],
    distinguish:
      "`aws ec2 describe-images --image-ids <the image>` in account <account> shows ImageAllowed if Allowed AMIs are enabled; the same call in the owner's account shows whether the image exists",
  },
  {
    side: "caller",
    texts: [/[Aa]ccess denied when attempting to assume role \S*AWSServiceRoleForAutoScaling/],
    cause:
      "account <account> has no service-linked role of Auto Scaling, or had it deleted; one that was created seconds ago is not usable yet",
    fix: "run again in a minute; if the error returns, account <account> must create the role: aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com",
    distinguish:
      "`aws iam get-role --role-name AWSServiceRoleForAutoScaling` in account <account> shows whether the role exists, and since when",
  },
  {
    side: "caller",
    texts: [/You are not authorized to use launch template/],
    cause:
      "the caller of Auto Scaling is not allowed everything that the launch template asks for: ec2:RunInstances on each of its resources, ec2:CreateTags for its tags, or iam:PassRole for its instance profile",
    fix: "account <account> must allow these to the caller of Auto Scaling; AWS's words do not say which one is missing",
    distinguish:
      "`aws ec2 run-instances --dry-run --launch-template LaunchTemplateName=<name>` as the same caller names the missing permission in its encoded message (aws sts decode-authorization-message)",
  },
];

/** The entry for the message of a failed launch; undefined for an unknown message. */
export function launchEntry(statusMessage: string): Meaning | undefined {
  return LAUNCHES.find(({ texts }) =>
    texts.some((text) =>
      typeof text === "string" ? statusMessage.includes(text) : text.test(statusMessage),
    ),
  );
}

/** Why a launch failed, and what its account must do; undefined for an unknown message. */
export function explainLaunch(
  statusMessage: string,
  where: Where,
): (Omit<Explanation, "code" | "reason"> & { readonly cause: string; readonly fix: string }) | undefined {
  const entry = launchEntry(statusMessage);
  if (entry === undefined) return undefined;
  const explained = meant(entry, where);
  return { ...explained, fix: explained.fixes.join("; ") };
}
