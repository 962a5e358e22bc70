import { AWS_TEXTS } from "@keyferry/common";
import type { AnswerEntry } from "../entry";

/** What may be wrong with the image or snapshots that a copy is made from. */
export const SOURCE_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["InvalidRequest"],
    text: AWS_TEXTS.marketplaceCopy,
    cause: "an image from AWS Marketplace cannot be copied into another account",
    fix: "account <account> must subscribe to the product, launch it there and make its own image of that instance",
    side: "caller",
  },
  {
    codes: ["InvalidRequest"],
    text: AWS_TEXTS.billingProductCopy,
    cause: "the image has a billing product code that binds it to its account",
    fix: "account <account> must launch the product there and make its own image of that instance",
    side: "caller",
  },
  {
    codes: ["InvalidRequest"],
    text: AWS_TEXTS.unencryptedCopy,
    cause: "copying never takes encryption away: a copy of an encrypted snapshot is always encrypted",
    fix: "run keyferry, which always makes encrypted copies, under the destination's key; a manual copy must not pass Encrypted=false",
    side: "user",
  },
  {
    codes: ["InvalidAMIID.NotFound"],
    operations: ["CopyImage"],
    cause:
      "account <account> cannot see the source image: it was deregistered, its share was withdrawn, or the Allowed AMIs settings of account <account> in the source Region do not allow images of account <source>",
    fix: "account <account> must allow account <source> in its Allowed AMIs settings, if it has any; then run again: the image is shared again",
    side: "caller",
    distinguish:
      "`aws ec2 describe-images --image-ids <the image>` in account <source> shows whether it exists, `aws ec2 describe-image-attribute --attribute launchPermission` whether it is shared, `aws ec2 get-allowed-images-settings` in account <account> whether it is allowed",
  },
  {
    codes: ["InvalidAMIID.NotFound", "InvalidAMIID.Malformed"],
    cause: "account <account> has no such image in <region>: it was deregistered, or is in another Region",
    fix: "correct the image under from in the topology, or run with --repin if an unfinished run has pinned it",
    side: "user",
  },
  {
    codes: ["InvalidAMIID.Unavailable"],
    cause: "the image is still being created, has failed, or is disabled",
    fix: "account <source> must wait until the image is available, or enable it again; then run again",
    side: "source",
  },
  {
    codes: ["InvalidSnapshot.NotFound", "InvalidSnapshotID.Malformed"],
    cause: "a snapshot of the image was deleted, or is in the Recycle Bin",
    fix: "the account of the snapshot must restore it from the Recycle Bin, or build the image again",
    side: "source",
  },
  {
    codes: ["IncorrectState", "InvalidState"],
    text: /archiv/i,
    cause: "a snapshot of the image is archived; archived snapshots can be neither shared nor copied",
    fix: "account <source> must restore it to the standard tier (RestoreSnapshotTier, up to 72 hours), then run again",
    side: "source",
  },
  {
    codes: ["IncorrectState", "InvalidState"],
    cause: "a resource is not in the state that the call needs, such as a snapshot that is still pending",
    fix: "run again when it is in that state; account <account> can see its state in <region>",
    side: "caller",
  },
];
