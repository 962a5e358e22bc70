import {
  dbSnapshotArn,
  isAwsError,
  type DatabaseType,
  type DbSnapshotView,
  type Looks,
} from "../../../scripts/aws";
import { concurrently } from "../../../scripts/engine/concurrently";
import type { Place } from "../../../topology";

const TYPES: readonly DatabaseType[] = ["instance", "cluster"];

/** Every manual snapshot that the account owns in the place; copies are manual snapshots. RDS cannot search snapshots by tags. */
export async function manualSnapshots(aws: Looks, place: Place): Promise<readonly DbSnapshotView[]> {
  const found = await concurrently(TYPES, (of) => aws.databases(place).snapshots(of, { manual: true }));
  return found.flat();
}

/** Some of them by their ARNs; those that no longer exist are left out. */
export async function snapshotsByArns(
  aws: Looks,
  place: Place,
  arns: readonly string[],
): Promise<readonly DbSnapshotView[]> {
  const found = await concurrently(TYPES, async (of) => {
    const ids = arns.map(dbSnapshotArn).flatMap((named) => (named.of === of ? [named.id] : []));
    return ids.length === 0 ? [] : aws.databases(place).snapshots(of, { ids });
  });
  return found.flat().filter(({ arn }) => arns.includes(arn));
}

/** Whether the snapshot to copy is not visible to the account: it was shared only recently, or does not exist. */
export function isSnapshotNotFound(error: unknown): boolean {
  return isAwsError(error, "DBSnapshotNotFound", "DBSnapshotNotFoundFault", "DBClusterSnapshotNotFoundFault");
}

/** Whether the account already has a snapshot with the identifier of the copy. */
export function isTaken(error: unknown): boolean {
  return isAwsError(
    error,
    "DBSnapshotAlreadyExists",
    "DBSnapshotAlreadyExistsFault",
    "DBClusterSnapshotAlreadyExistsFault",
  );
}

/** Whether the quota of copies in progress is reached. RDS uses the same error code for the quota of all snapshots. */
export function isTooManyAtOnce(error: unknown): boolean {
  return (
    isAwsError(error, "SnapshotQuotaExceeded", "SnapshotQuotaExceededFault") &&
    /Cannot copy more than/.test(error.answer.message)
  );
}
