/** How snapshots and their copies continue after they were accepted. */
import { workKind } from "../../background";
import type { Clock, Cloud } from "../../contract";
import { currentKey } from "../ec2/encryption/needs";
import { copySeconds, GIB, snapshotSeconds } from "../ec2/throughput";
import type { DbSnapshot, RdsState } from "./state";

/** Number of progress steps of a snapshot. */
const STEPS = 4;

interface Growth {
  readonly arn: string;
  /** When the snapshot with that ARN was created: another one may have replaced it since. */
  readonly createdAt: string;
  /** From the start to the end. */
  readonly seconds: number;
}

const GROW = workKind<Growth>("rds:grow-snapshot");

/** Advances a new snapshot until it is available. */
export function growLater(
  clock: Clock,
  { arn, createdAt, region, copiedFrom, allocatedStorage }: DbSnapshot,
): void {
  const bytes = allocatedStorage * GIB;
  const [, , , from] = copiedFrom?.split(":") ?? [];
  const seconds = copiedFrom === undefined ? snapshotSeconds(bytes) : copySeconds(bytes, from !== region);
  GROW.later(clock, seconds / STEPS, { arn, createdAt, seconds });
}

/** Registers the progress of snapshots with the clock. A snapshot whose key was disabled in the meantime fails. */
export function handleRdsWork(state: RdsState, cloud: Cloud): void {
  const { clock } = cloud;
  GROW.handle(clock, (growth) => {
    const snapshot = state.snapshots[growth.arn];
    if (snapshot?.createdAt !== growth.createdAt) return;
    if (snapshot.keyArn !== undefined && currentKey(cloud, snapshot.keyArn)?.state !== "Enabled") {
      snapshot.status = "failed";
      return;
    }
    snapshot.progress += 100 / STEPS;
    if (snapshot.progress < 100) GROW.later(clock, growth.seconds / STEPS, growth);
    else snapshot.status = "available";
  });
}
