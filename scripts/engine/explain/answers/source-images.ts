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
    codes: ["InvalidSnapshot.NotFound"],
    cause: "the snapshot was deleted, or is in the Recycle Bin",
    fix: "the account of the snapshot must restore it from the Recycle Bin, or build the image again",
    side: "source",
    others: [
      {
        cause: "the snapshot is in another Region than the one that the call names",
        fix: "name the snapshot's Region: SourceRegion of a copy, the Region of the call for everything else",
        side: "user",
      },
      {
        cause: "the snapshot belongs to another account, which does not share it with account <account>",
        fix: "account <source> must give account <account> the create-volume permission on the snapshot",
        side: "source",
      },
    ],
    distinguish:
      "`aws ec2 describe-snapshots --snapshot-ids <the snapshot>` by the snapshot's owner, in each Region, shows whether it exists; `aws ec2 describe-snapshot-attribute --attribute createVolumePermission` shows with whom it is shared",
  },
  {
    codes: ["InvalidSnapshotID.Malformed"],
    cause: "this is not the id of a snapshot",
    fix: "name a snapshot by its id: snap- and 8 or 17 hexadecimal digits",
    side: "user",
  },
  {
    codes: ["InvalidRequest"],
    text: "The storage for the ami is not available",
    cause: "a snapshot of the image was deleted, or is not shared with account <account>",
    fix: "account <source> must share the image's snapshots with account <account>, or build the image again",
    side: "source",
    others: [
      {
        cause: "the image is in another Region than SourceRegion names",
        fix: "name the image's Region",
        side: "user",
      },
    ],
    distinguish:
      "`aws ec2 describe-snapshots` of the image's owner shows which snapshots of its block device mapping exist",
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
