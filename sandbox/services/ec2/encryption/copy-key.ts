import { AWS_TEXTS } from "../../../../core/aws-texts";
import type { Call, Cloud, KeyView } from "../../../contract";
import { AwsError } from "../../../contract";
import { flag, text } from "../input";
import type { Ec2State, Snapshot } from "../state";
import { defaultKey, ebsDefaults } from "./defaults";

/** What a copy of one snapshot is encrypted with; `none` for an unencrypted copy. */
export type CopyKey = KeyView | "none";

/**
 * The key that a copy ends under: the one that is named; else the EBS default key of the caller's account in the
 * call's Region when the source is encrypted, encryption is asked for, or the account encrypts by default.
 * Source: EBS user guide, "Copy an Amazon EBS snapshot", table of encryption outcomes.
 * @throws InvalidRequest when the key does not exist there, or the caller may not describe it
 */
export async function chooseCopyKey(
  state: Ec2State,
  call: Call,
  cloud: Cloud,
): Promise<(source: Pick<Snapshot, "keyArn">) => CopyKey> {
  const { account } = call.caller;
  const reference = text(call.input, "KmsKeyId");
  const always =
    reference !== undefined ||
    flag(call.input, "Encrypted") === true ||
    ebsDefaults(state, account, call.region).encryptByDefault;
  const chosen =
    reference === undefined
      ? defaultKey(state, cloud, account, call.region)
      : cloud.keys.find(reference, account, call.region);
  const usable = chosen !== undefined && (await isDescribable(call, cloud, chosen)) ? chosen : undefined;
  if (usable === undefined && always) throw keyNotAccessible();
  return (source) => {
    if (!always && source.keyArn === undefined) return "none";
    if (usable === undefined) throw keyNotAccessible();
    return usable;
  };
}

async function isDescribable(call: Call, cloud: Cloud, key: KeyView): Promise<boolean> {
  if (key.region !== call.region || !key.symmetric) return false;
  // A key that is not enabled can still be described; the copy fails when its data key is asked for.
  if (key.state !== "Enabled") return true;
  return (await cloud.keys.allows(call.caller, "kms:DescribeKey", key, { service: "ec2" })).allowed;
}

function keyNotAccessible(): AwsError {
  return new AwsError("InvalidRequest", AWS_TEXTS.keyNotAccessible);
}
