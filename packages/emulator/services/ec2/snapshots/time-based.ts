/** Copies with a completion duration. Source: EBS user guide, "Time-based copies for Amazon EBS snapshots". */
import type { Call } from "../../../contract";
import { AwsError } from "../../../contract";
import { invalidValue, whole } from "../input";
import { quotaOf } from "../quotas";
import { ownedBy } from "../shelf";
import type { Ec2State, Snapshot } from "../state";
import { MIB } from "../throughput";

const STEP_MINUTES = 15;
const LONGEST_MINUTES = 2880;
/** MiB/s that one copy can reach. */
const SNAPSHOT_THROUGHPUT = 500;

/** The speed of a time-based copy. */
export type Pace = Required<Pick<Snapshot, "completionDurationMinutes" | "copyThroughput">>;

/**
 * The speed that `CompletionDurationMinutes` requests; undefined for a copy at best effort. When the remaining
 * throughput between the two Regions is less than it needs, the copy is accepted and takes longer.
 * @throws InvalidParameterValue unless it is a multiple of 15 up to 2,880, ResourceLimitExceeded when nothing is left
 */
export function readPace(
  state: Ec2State,
  call: Call,
  sourceRegion: string,
  source: Snapshot | undefined,
): Pace | undefined {
  const minutes = readMinutes(call, "CompletionDurationMinutes");
  if (minutes === undefined) return undefined;
  return paces(state, call, sourceRegion, [source?.dataBytes ?? 0], minutes)[0];
}

/** Like `readPace`, for all snapshots of an image: each must be copied within the time, and each counts. */
export function readSnapshotPaces(
  state: Ec2State,
  call: Call,
  sourceRegion: string,
  sources: readonly Snapshot[],
): readonly Pace[] {
  const minutes = readMinutes(call, "SnapshotCopyCompletionDurationMinutes");
  if (minutes === undefined) return [];
  const sizes = sources.map(({ dataBytes }) => dataBytes);
  return paces(state, call, sourceRegion, sizes, minutes);
}

function readMinutes(call: Call, parameter: string): number | undefined {
  const minutes = whole(call.input, parameter);
  if (minutes === undefined) return undefined;
  if (minutes < STEP_MINUTES || minutes > LONGEST_MINUTES || minutes % STEP_MINUTES !== 0) {
    throw invalidValue(parameter, String(minutes));
  }
  return minutes;
}

function paces(
  state: Ec2State,
  call: Call,
  sourceRegion: string,
  sizes: readonly number[],
  minutes: number,
): readonly Pace[] {
  const limit = quotaOf(state, call.caller.account, "timeBasedThroughput");
  const used = [...ownedBy(state.snapshots, call.region, call.caller.account)]
    .filter((copy) => copy.state === "pending" && copy.copiedFrom?.region === sourceRegion)
    .reduce((sum, { copyThroughput = 0 }) => sum + copyThroughput, 0);
  let left = limit - used;
  return sizes.map((bytes) => {
    if (left <= 0) {
      throw new AwsError(
        "ResourceLimitExceeded",
        `The cumulative throughput of time-based snapshot copies from ${sourceRegion} is limited to ${limit} MiB/s.`,
      );
    }
    const needed = bytes / MIB / (minutes * 60);
    const copyThroughput = Math.min(needed, left, SNAPSHOT_THROUGHPUT);
    left -= copyThroughput;
    return { completionDurationMinutes: minutes, copyThroughput };
  });
}
