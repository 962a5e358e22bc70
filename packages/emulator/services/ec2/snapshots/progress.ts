import { AWS_TEXTS } from "@keyferry/common";
import { workKind } from "../../../background";
import type { Clock, Cloud } from "../../../contract";
import { currentKey } from "../encryption/needs";
import { settleImage } from "../images/settle";
import type { Ec2State } from "../state";

/** Progress is shown in steps of a quarter. */
const STEPS = 4;

/** A pending snapshot on its way. */
export interface Growth {
  readonly snapshotId: string;
  /** From the beginning to the end. */
  readonly seconds: number;
  /** Whether its key must be enabled when it ends, as a copy's must; else it turns `error`. */
  readonly needsKey: boolean;
  /** The image that waits for it. */
  readonly imageId?: string;
}

const GROW = workKind<Growth>("ec2:grow-snapshot");

/** Lets a pending snapshot grow until it is completed; the image that waits for it is moved on then. */
export function grow(clock: Clock, growth: Growth): void {
  GROW.later(clock, growth.seconds / STEPS, growth);
}

/** Tells the clock how snapshots grow. One that was deleted, or turned `error` on the way, stops. */
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

/** @param reason EBS gives one for everything that went wrong with a key */
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
