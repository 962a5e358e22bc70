import { AWS_TEXTS } from "@keyferry/common";
import type { Meaning } from "./catalogue";

/** What AWS's message means for a copy that AWS accepted and that failed later. */
export interface StateEntry extends Meaning {
  /** Part of `StateMessage`, `StateReason` or the cause of EventBridge's event. */
  readonly text: string | RegExp;
}

/** Source: EBS user guide, "EventBridge events for Amazon EBS"; texts captured from AWS. */
const STATES: readonly StateEntry[] = [
  {
    text: AWS_TEXTS.keyNotAccessible,
    cause:
      "EC2 uses both keys of a copy on behalf of the principal that requested it; of the two halves that allow this, the key's policy and the caller's own policy, one is missing",
    fix: "the principal that requests the copy needs kms:DescribeKey, CreateGrant, Decrypt, ReEncrypt* and GenerateDataKey* on the source's key and on its own key: in its own policy and, for a key of another account, also in the key's policy; `keyferry doctor` reports which half is missing",
    side: "caller",
    others: [
      {
        cause: "one of the two keys is disabled, pending deletion or without key material",
        fix: "the key's account must make it usable again: enable it, cancel its deletion, or import its material",
        side: "caller",
      },
      {
        cause: "the key that was named is in another Region than the copy, or does not exist",
        fix: "name a key of the Region of the copy, by its ARN",
        side: "caller",
      },
    ],
    distinguish:
      "`aws kms describe-key` on both keys shows KeyState; CloudTrail in both accounts has the refused CreateGrant, Decrypt or GenerateDataKeyWithoutPlaintext of the same minute, with the principal and the reason",
  },
  {
    text: new RegExp(`${AWS_TEXTS.sourceNotFound}|${AWS_TEXTS.sourceNotValid}`),
    cause: "a snapshot of the source was deleted, or its share was withdrawn, after AWS accepted the copy",
    fix: "run again: account <source> shares its snapshots again; if the error returns, check in its CloudTrail trail who deletes or unshares them",
    side: "source",
    others: [
      {
        cause:
          "the snapshot was never shared with the account that copies it, or is in a Region other than the one named",
        fix: "account <source> must give the copying account the create-volume permission on the snapshot",
        side: "source",
      },
    ],
    distinguish:
      "`aws ec2 describe-snapshot-attribute --attribute createVolumePermission` in account <source> shows whether the snapshot exists and with whom it is shared",
  },
  {
    text: /^(?:[^.]*\b(?:key|arn:aws[\w-]*:kms:\S+)\b[^.]*) is (disabled|pending deletion|pending import)/i,
    cause: "a key of the copy cannot be used in its current state",
    fix: "the key's account must make it usable again: enable it, cancel its deletion, or import its material",
    side: "caller",
  },
  {
    text: AWS_TEXTS.copyFailedInternally,
    cause:
      "one of the image's snapshots could not be copied; AWS keeps the reason in the snapshot's state message",
    fix: "run again: the failed copy is deleted and created again; if the error returns, account <account> sees the reason with `aws ec2 describe-snapshots` in <region>",
    side: "caller",
  },
];

/** The entry for AWS's message; undefined for an unknown message. */
export function stateEntry(reason: string): StateEntry | undefined {
  return STATES.find(({ text }) => (typeof text === "string" ? reason.includes(text) : text.test(reason)));
}
