/** Copies that are to end within a time. Source: EBS user guide, "Time-based copies for Amazon EBS snapshots". */
import type { Call } from "../../../contract";
import { AwsError } from "../../../contract";
import { invalidValue, whole } from "../input";
import { ownedBy } from "../shelf";
import type { Ec2State, Snapshot } from "../state";
import { MIB } from "../throughput";

const STEP_MINUTES = 15;
const LONGEST_MINUTES = 2880;
/** MiB/s that one copy can reach. */
const SNAPSHOT_THROUGHPUT = 500;

/**
 * Minutes of `CompletionDurationMinutes`; undefined for a copy at best effort.
 * @throws InvalidParameterValue unless it is a multiple of 15 up to 2,880 that one copy can reach,
 *   ResourceLimitExceeded when the throughput between the two Regions is used up
 */
export function readCompletionDuration(
  state: Ec2State,
  call: Call,
  sourceRegion: string,
  source: Snapshot | undefined,
): number | undefined {
  const minutes = readMinutes(call, "CompletionDurationMinutes");
  if (minutes === undefined) return undefined;
  refuseThroughput(state, call, sourceRegion, source === undefined ? [] : [source], minutes);
  return minutes;
}

/** As `readCompletionDuration`, for all snapshots of an image. */
export function readSnapshotCompletionDuration(
  state: Ec2State,
  call: Call,
  sourceRegion: string,
  sources: readonly Snapshot[],
): number | undefined {
  const minutes = readMinutes(call, "SnapshotCopyCompletionDurationMinutes");
  if (minutes === undefined) return undefined;
  refuseThroughput(state, call, sourceRegion, sources, minutes);
  return minutes;
}

function readMinutes(call: Call, parameter: string): number | undefined {
  const minutes = whole(call.input, parameter);
  if (minutes === undefined) return undefined;
  if (minutes < STEP_MINUTES || minutes > LONGEST_MINUTES || minutes % STEP_MINUTES !== 0) {
    throw invalidValue(parameter, String(minutes));
  }
  return minutes;
}

function refuseThroughput(
  state: Ec2State,
  call: Call,
  sourceRegion: string,
  sources: readonly Snapshot[],
  minutes: number,
): void {
  const needed = sources.map((source) => throughput(source, minutes));
  if (needed.some((one) => one > SNAPSHOT_THROUGHPUT)) {
    throw new AwsError(
      "InvalidParameterValue",
      `The snapshot cannot be copied within ${minutes} minutes: one copy reaches ${SNAPSHOT_THROUGHPUT} MiB/s.`,
    );
  }
  const limit = state.quotas.timeBasedThroughput;
  const used = [...ownedBy(state.snapshots, call.region, call.caller.account)]
    .filter((copy) => copy.state === "pending" && copy.copiedFrom?.region === sourceRegion)
    .map((copy) => throughput(copy, copy.completionDurationMinutes ?? Infinity));
  const total = [...used, ...needed].reduce((sum, one) => sum + one, 0);
  if (total <= limit) return;
  throw new AwsError(
    "ResourceLimitExceeded",
    `The cumulative throughput of time-based snapshot copies from ${sourceRegion} is limited to ${limit} MiB/s.`,
  );
}

/** MiB/s that the whole of the data needs. */
function throughput({ dataBytes }: Snapshot, minutes: number): number {
  return dataBytes / MIB / (minutes * 60);
}
