/**
 * Which KMS permissions EBS needs from the caller, and whether it has them. EBS calls KMS as the caller, through EC2 of
 * the key's Region. Sources: EBS user guide, "Amazon EBS encryption" and "Copy an Amazon EBS snapshot"; KMS developer
 * guide, "How Amazon EBS uses AWS KMS"; behaviour of AWS as recorded by emulators.
 */
import type { Caller, Cloud, KeyView } from "../../../contract";

export interface KeyNeed {
  readonly action: string;
  readonly key: KeyView;
  /** Id of the volume or snapshot, which EBS adds to the encryption context. */
  readonly resourceId: string;
}

/** `state`: the key is not enabled. `access`: the caller may not use it. */
export type Refusal = "state" | "access";

/**
 * Snapshot copy: EBS describes the destination's key, creates a grant on both keys and generates a new data key under
 * the destination's key.
 */
export function copyNeeds(
  source: KeyView | undefined,
  sourceSnapshotId: string,
  destination: KeyView | undefined,
  snapshotId: string,
): readonly KeyNeed[] {
  return [
    ...needs(source, sourceSnapshotId, "kms:CreateGrant"),
    ...needs(
      destination,
      snapshotId,
      "kms:DescribeKey",
      "kms:CreateGrant",
      "kms:GenerateDataKeyWithoutPlaintext",
    ),
  ];
}

/** The source of a new volume's data, and the key that the volume is encrypted with. */
export interface VolumeKeys {
  readonly volumeId: string;
  readonly volumeKey: KeyView | undefined;
  readonly snapshotId?: string;
  readonly snapshotKey?: KeyView;
  /** Whether the launcher's account owns the snapshot. */
  readonly ownSnapshot: boolean;
}

/**
 * New volume of a launch. From an own snapshot under the same key the data key is encrypted again; in every other case
 * the volume gets its own data key, and an encrypted snapshot is decrypted with its key first.
 */
export function volumeNeeds(volume: VolumeKeys): readonly KeyNeed[] {
  const { volumeKey, snapshotKey, volumeId, snapshotId = "" } = volume;
  if (volumeKey !== undefined && volumeKey.arn === snapshotKey?.arn && volume.ownSnapshot) {
    return [
      ...needs(volumeKey, snapshotId, "kms:ReEncryptFrom"),
      ...needs(volumeKey, volumeId, "kms:ReEncryptTo", "kms:CreateGrant"),
    ];
  }
  return [
    ...needs(snapshotKey, snapshotId, "kms:CreateGrant", "kms:Decrypt"),
    ...needs(volumeKey, volumeId, "kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"),
  ];
}

/** An encrypted volume that is attached again: EC2 creates a grant to decrypt its data key. */
export function attachNeeds(key: KeyView | undefined, volumeId: string): readonly KeyNeed[] {
  return needs(key, volumeId, "kms:CreateGrant");
}

function needs(
  key: KeyView | undefined,
  resourceId: string,
  ...actions: readonly string[]
): readonly KeyNeed[] {
  return key === undefined ? [] : actions.map((action) => ({ action, key, resourceId }));
}

/** The first need that is not met now; undefined when all are met. Keys are read again: their state may have changed. */
export async function firstRefusal(
  cloud: Cloud,
  caller: Caller,
  wanted: readonly KeyNeed[],
): Promise<Refusal | undefined> {
  for (const { action, key, resourceId } of wanted) {
    const current = currentKey(cloud, key.arn);
    if (current === undefined) return "access";
    if (current.state !== "Enabled") return "state";
    const encryptionContext = action === "kms:DescribeKey" ? undefined : { "aws:ebs:id": resourceId };
    const verdict = await cloud.keys.allows(caller, action, current, { service: "ec2", encryptionContext });
    if (!verdict.allowed) return "access";
  }
  return undefined;
}

/** A key by its ARN, in its current state. */
export function currentKey(cloud: Cloud, arn: string): KeyView | undefined {
  const [, , , region = "", account = ""] = arn.split(":");
  return cloud.keys.find(arn, account, region);
}
