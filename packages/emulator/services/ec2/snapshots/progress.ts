import { AWS_TEXTS } from "@keyferry/common";
import { workKind } from "../../../background";
import type { Clock, Cloud } from "../../../contract";
import { currentKey } from "../encryption/needs";
import { settleImage } from "../images/settle";
import type { Ec2State } from "../state";

/** Progress is shown in steps of a quarter. */
const STEPS = 4;

/** A pending snapshot in progress. */
export interface Growth {
  readonly snapshotId: string;
  /** From the start to the end. */
  readonly seconds: number;
  /** Whether its key must be enabled when it ends, as for a copy; otherwise its state becomes `error`. */
  readonly needsKey: boolean;
  /** The image that waits for it. */
  readonly imageId?: string;
}

const GROW = workKind<Growth>("ec2:grow-snapshot");

/** Advances a pending snapshot until it is completed; the image that waits for it is then updated. */
export function grow(clock: Clock, growth: Growth): void {
  GROW.later(clock, growth.seconds / STEPS, growth);
}

/** Registers the progress of snapshots with the clock. A snapshot that was deleted, or whose state became `error`, stops. */
export function handleGrowth(state: Ec2State, cloud: Cloud): void {
  const { clock } = cloud;
  GROW.handle(clock, (growth) => {
    const { snapshotId, needsKey, imageId } = growth;
    const snapshot = state.snapshots[snapshotId];
    if (snapshot?.state !== "pending") return;
    snapshot.progress += 100 / STEPS;
    if (snapshot.progress < 100) {
      grow(clock, growth);
      return;
    }
    if (needsKey && !isEnabled(cloud, snapshot.keyArn)) {
      failSnapshot(state, snapshotId);
    } else {
      snapshot.state = "completed";
      snapshot.completionTime = clock.now().toISOString();
    }
    if (imageId !== undefined) settleImage(state, imageId);
  });
}

function isEnabled(cloud: Cloud, keyArn: string | undefined): boolean {
  return keyArn === undefined || currentKey(cloud, keyArn)?.state === "Enabled";
}

/** @param reason EBS has a single one for all problems with a key */
export function failSnapshot(
  state: Ec2State,
  snapshotId: string,
  reason: string = AWS_TEXTS.keyNotAccessible,
): void {
  const snapshot = state.snapshots[snapshotId];
  if (snapshot === undefined) return;
  snapshot.state = "error";
  snapshot.stateMessage = reason;
}
