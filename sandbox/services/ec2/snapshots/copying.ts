/** How a copy of one snapshot goes on after it was accepted, whether CopySnapshot or CopyImage asked for it. */
import { AWS_TEXTS } from "../../../../core/aws-texts";
import type { Caller, Cloud } from "../../../contract";
import { copyNeeds, currentKey, firstRefusal } from "../encryption/needs";
import type { Ec2State, Snapshot } from "../state";
import { COPY_START_SECONDS, copySeconds } from "../throughput";
import { isIncremental } from "./incremental";
import { failSnapshot, grow } from "./progress";

export interface CopyTask {
  /** Whose permissions on the keys decide. */
  readonly caller: Caller;
  readonly original: Snapshot;
  readonly copy: Snapshot;
  /** Called when the copy has ended, either way. */
  readonly done: () => void;
}

/** First the keys are checked for the caller, then data moves; a key that was disabled on the way ends the copy. */
export function carryOut(state: Ec2State, cloud: Cloud, task: CopyTask): void {
  const { copy, done } = task;
  const seconds = durationOf(state, task);
  cloud.clock.after(COPY_START_SECONDS, async () => {
    const refusal = await refusalOf(state, cloud, task);
    if (refusal !== undefined) {
      failSnapshot(state, copy.snapshotId, refusal);
      done();
      return;
    }
    grow(state, cloud.clock, copy.snapshotId, seconds, () => isEnabled(cloud, copy.keyArn), done);
  });
}

/** Seconds from the check of the keys to the end; a time-based copy moves as fast as it was asked to. */
function durationOf(state: Ec2State, { original, copy }: CopyTask): number {
  const bytes = isIncremental(state, original, copy) ? 0 : copy.dataBytes;
  const unhurried = copySeconds(bytes, original.region !== copy.region);
  if (copy.completionDurationMinutes === undefined) return unhurried;
  return Math.min(unhurried, copy.completionDurationMinutes * 60 - COPY_START_SECONDS);
}

/** What stands in `StateMessage` when the copy may not go on. */
async function refusalOf(
  state: Ec2State,
  cloud: Cloud,
  { caller, original, copy }: CopyTask,
): Promise<string | undefined> {
  if (!original.public && state.snapshots[original.snapshotId] === undefined) return AWS_TEXTS.sourceNotFound;
  const source = original.keyArn === undefined ? undefined : currentKey(cloud, original.keyArn);
  const destination = copy.keyArn === undefined ? undefined : currentKey(cloud, copy.keyArn);
  const keyIsGone =
    (original.keyArn !== undefined && source === undefined) ||
    (copy.keyArn !== undefined && destination === undefined);
  if (keyIsGone) return AWS_TEXTS.keyNotAccessible;
  const wanted = copyNeeds(source, original.snapshotId, destination, copy.snapshotId);
  return (await firstRefusal(cloud, caller, wanted)) === undefined ? undefined : AWS_TEXTS.keyNotAccessible;
}

function isEnabled(cloud: Cloud, keyArn: string | undefined): boolean {
  return keyArn === undefined || currentKey(cloud, keyArn)?.state === "Enabled";
}
