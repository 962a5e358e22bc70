/** What the keys of a new volume depend on, as data: the keys are checked only when the volume is created. */
import type { Caller, Cloud } from "../../../contract";
import type { PlannedVolume } from "../volumes/plan";
import { currentKey, firstRefusal, volumeNeeds, type Refusal } from "./needs";

export interface VolumeKeyPlan {
  readonly volumeId: string;
  /** ARN, `none`, or `unknown` for a named or default key that does not exist. */
  readonly key: string;
  readonly snapshot?: { readonly snapshotId: string; readonly keyArn?: string; readonly isOwn: boolean };
}

/** @param owner 12-digit id of the account that gets the volume */
export function volumeKeyPlan(
  { key, snapshot }: PlannedVolume,
  volumeId: string,
  owner: string,
): VolumeKeyPlan {
  return {
    volumeId,
    key: typeof key === "string" ? key : key.arn,
    snapshot: snapshot && {
      snapshotId: snapshot.snapshotId,
      keyArn: snapshot.keyArn,
      isOwn: snapshot.owner === owner,
    },
  };
}

/** Why the volumes cannot be created now; undefined when they can. */
export async function volumeRefusal(
  cloud: Cloud,
  caller: Caller,
  plans: readonly VolumeKeyPlan[],
): Promise<Refusal | undefined> {
  const wanted = [];
  for (const { volumeId, key, snapshot } of plans) {
    const volumeKey = key.startsWith("arn:") ? currentKey(cloud, key) : undefined;
    const snapshotKey = snapshot?.keyArn === undefined ? undefined : currentKey(cloud, snapshot.keyArn);
    const isLost = snapshot?.keyArn !== undefined && snapshotKey === undefined;
    if (isLost || (key !== "none" && volumeKey === undefined)) return "access";
    wanted.push(
      ...volumeNeeds({
        volumeId,
        volumeKey,
        snapshotId: snapshot?.snapshotId,
        snapshotKey,
        ownSnapshot: snapshot?.isOwn === true,
      }),
    );
  }
  return firstRefusal(cloud, caller, wanted);
}
