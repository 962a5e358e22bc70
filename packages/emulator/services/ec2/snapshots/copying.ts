/** How a copy of one snapshot continues after it was accepted, whether CopySnapshot or CopyImage requested it. */
import { AWS_TEXTS } from "@keyferry/common";
import { workKind } from "../../../background";
import type { Caller, Cloud } from "../../../contract";
import { copyNeeds, currentKey, firstRefusal } from "../encryption/needs";
import { settleImage } from "../images/settle";
import type { Ec2State, Snapshot } from "../state";
import { COPY_START_SECONDS, copySeconds, MIB } from "../throughput";
import { isIncremental } from "./incremental";
import { failSnapshot, grow } from "./progress";

export interface CopyTask {
  /** The principal whose permissions on the keys decide. */
  readonly caller: Caller;
  /** Undefined for a source that does not exist, or that the caller does not see. */
  readonly original: Snapshot | undefined;
  readonly copy: Snapshot;
}

/** The same as data. */
interface Copying {
  readonly caller: Caller;
  readonly snapshotId: string;
  /** From the check of the keys to the end. */
  readonly seconds: number;
  readonly source?: { readonly snapshotId: string; readonly keyArn?: string; readonly public: boolean };
}

const BEGIN = workKind<Copying>("ec2:begin-copy");

/** First the keys are checked for the caller, then data is copied; a key that is disabled in the meantime ends the copy. */
export function carryOut(state: Ec2State, cloud: Cloud, { caller, original, copy }: CopyTask): void {
  BEGIN.later(cloud.clock, COPY_START_SECONDS, {
    caller,
    snapshotId: copy.snapshotId,
    seconds: original === undefined ? 0 : durationOf(state, original, copy),
    source: original && {
      snapshotId: original.snapshotId,
      keyArn: original.keyArn,
      public: original.public,
    },
  });
}

/** Registers the start of copies with the clock; the image that waits for a copy is notified of its failure. */
export function handleCopies(state: Ec2State, cloud: Cloud): void {
  BEGIN.handle(cloud.clock, async (work) => {
    const { snapshotId, seconds } = work;
    const copy = state.snapshots[snapshotId];
    const refusal = copy && (await refusalOf(state, cloud, work, copy));
    const imageId = copy?.copiedFrom?.forImage;
    if (refusal === undefined) {
      grow(cloud.clock, { snapshotId, seconds, needsKey: true, imageId });
      return;
    }
    failSnapshot(state, snapshotId, refusal);
    if (imageId !== undefined) settleImage(state, imageId);
  });
}

/** Seconds from the check of the keys to the end; a time-based copy has the requested speed. */
function durationOf(state: Ec2State, original: Snapshot, copy: Snapshot): number {
  const bytes = isIncremental(state, original, copy) ? 0 : copy.dataBytes;
  const unhurried = copySeconds(bytes, original.region !== copy.region);
  const { completionDurationMinutes: minutes, copyThroughput } = copy;
  if (minutes === undefined || copyThroughput === undefined) return unhurried;
  const paced = copyThroughput === 0 ? 0 : bytes / MIB / copyThroughput;
  return Math.min(unhurried, paced);
}

/** The `StateMessage` when the copy may not continue. */
async function refusalOf(
  state: Ec2State,
  cloud: Cloud,
  { caller, source: original }: Copying,
  copy: Snapshot,
): Promise<string | undefined> {
  if (original === undefined || (!original.public && state.snapshots[original.snapshotId] === undefined)) {
    return AWS_TEXTS.sourceNotFound;
  }
  const source = original.keyArn === undefined ? undefined : currentKey(cloud, original.keyArn);
  const destination = copy.keyArn === undefined ? undefined : currentKey(cloud, copy.keyArn);
  const isLost = original.keyArn !== undefined && source === undefined;
  const isUnfit =
    copy.keyArn !== undefined && (destination?.region !== copy.region || !destination.symmetric);
  if (isLost || isUnfit) return AWS_TEXTS.keyNotAccessible;
  const wanted = copyNeeds(source, original.snapshotId, destination, copy.snapshotId);
  return (await firstRefusal(cloud, caller, wanted)) === undefined ? undefined : AWS_TEXTS.keyNotAccessible;
}
