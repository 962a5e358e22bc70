import { formatArn, keyArn, partitionOf } from "@keyferry/common";
import type { Call, Cloud } from "../../../contract";
import { flag, text } from "../input";
import type { Ec2State, Snapshot } from "../state";
import { ebsDefaults } from "./defaults";

/** ARN of the key that a copy is to be encrypted with; undefined for an unencrypted copy. */
export type CopyKey = string | undefined;

/**
 * The key of a copy: the one that is named; otherwise the EBS default key of the caller's account in the call's Region
 * when the source is encrypted, encryption is requested, or the account encrypts by default. Whether the key exists in
 * that Region, and whether the caller may use it, is checked when the copy begins. Sources: EBS user guide, "Copy an
 * Amazon EBS snapshot", table of encryption outcomes; EC2 API reference, "CopyImage" and "CopySnapshot", KmsKeyId:
 * "authenticates the KMS key asynchronously".
 */
export function chooseCopyKey(
  state: Ec2State,
  call: Call,
  cloud: Cloud,
): (source: Pick<Snapshot, "keyArn">) => CopyKey {
  const { account } = call.caller;
  const defaults = ebsDefaults(state, account, call.region);
  const reference = text(call.input, "KmsKeyId");
  const always =
    reference !== undefined || flag(call.input, "Encrypted") === true || defaults.encryptByDefault;
  return (source) => {
    if (!always && source.keyArn === undefined) return undefined;
    const named = reference ?? defaults.keyArn;
    if (named === undefined) return cloud.keys.managed("aws/ebs", account, call.region).arn;
    return cloud.keys.find(named, account, call.region)?.arn ?? arnOf(named, account, call.region);
  };
}

/** The ARN that a key would have, from the name that was given for it. */
function arnOf(reference: string, account: string, region: string): string {
  if (reference.startsWith("arn:")) return reference;
  if (!reference.startsWith("alias/")) return keyArn(region, account, reference);
  return formatArn({
    partition: partitionOf(region),
    service: "kms",
    region,
    account,
    resource: reference,
  });
}
