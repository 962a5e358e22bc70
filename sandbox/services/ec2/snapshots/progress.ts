import { AWS_TEXTS } from "../../../../core/aws-texts";
import type { Clock } from "../../../contract";
import type { Ec2State } from "../state";

/** Progress is shown in steps of a quarter. */
const STEPS = 4;

/**
 * Lets a pending snapshot grow until it is completed, then calls `done`. A snapshot that was deleted, or turned
 * `error` on the way, stops. `mayComplete` is asked at the end: false turns it `error`.
 */
export function grow(
  state: Ec2State,
  clock: Clock,
  snapshotId: string,
  seconds: number,
  mayComplete: () => boolean,
  done: () => void,
): void {
  const step = (): void => {
    const snapshot = state.snapshots[snapshotId];
    if (snapshot?.state !== "pending") return;
    snapshot.progress += 100 / STEPS;
    if (snapshot.progress < 100) {
      clock.after(seconds / STEPS, step);
      return;
    }
    if (mayComplete()) {
      snapshot.state = "completed";
      snapshot.completionTime = clock.now().toISOString();
    } else {
      failSnapshot(state, snapshotId);
    }
    done();
  };
  clock.after(seconds / STEPS, step);
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
