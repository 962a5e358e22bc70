import { AWS_TEXTS } from "@keyferry/common";
import type { AnswerEntry } from "../entry";

/** What cannot be shared, or is not shared yet. Source: EC2 API reference, "Error codes"; AWS's own texts. */
export const SHARING_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["InvalidParameter"],
    text: /AWS Managed CMK can't be shared/,
    cause: "a snapshot of the image is encrypted under an AWS managed key, which cannot be shared",
    fix: "run again: Keyferry chooses the path again and uses a transit copy under a customer managed key; `ebsDefaults: true` for account <source> makes new images shareable from the start",
    side: "source",
  },
  {
    codes: ["OperationNotPermitted"],
    text: AWS_TEXTS.snapshotUnderDefaultKey,
    cause: "the snapshot is encrypted under the AWS managed key of EBS, which cannot be shared",
    fix: "run again: Keyferry chooses the path again and uses a transit copy under a customer managed key; `ebsDefaults: true` for account <source> makes new images shareable from the start",
    side: "source",
  },
  {
    codes: ["InvalidRequest"],
    text: AWS_TEXTS.noStorageAccess,
    cause: "the image is shared with account <account>, but one of its snapshots is not",
    fix: "run again: account <source> shares the snapshots again before the copy; if the error returns, check in its CloudTrail trail who removes their create-volume permission",
    side: "source",
  },
  {
    codes: ["InvalidAMIAttributeItemValue"],
    cause:
      "one of the accounts with which the image is to be shared does not exist or is closed, or its id does not have 12 digits",
    fix: "correct the ids under accounts in the topology, or in the call",
    side: "user",
  },
  {
    codes: ["OperationNotPermitted"],
    text: /block public access/i,
    cause: "account <account> blocks that images, or snapshots, are shared publicly in <region>",
    fix: "share with single accounts, which this setting does not block; Keyferry never shares publicly",
    side: "user",
    byHand:
      "aws ec2 get-image-block-public-access-state and get-snapshot-block-public-access-state show the settings",
  },
  {
    codes: ["InvalidUserID.Malformed", "InvalidUserID.NotFound"],
    cause: "one of the accounts with which a snapshot is to be shared does not exist",
    fix: "correct the ids under accounts in the topology",
    side: "user",
  },
];
