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

/** Every manual snapshot that the account owns in the place: what copies are. RDS finds none by its tags. */
export async function manualSnapshots(aws: Looks, place: Place): Promise<readonly DbSnapshotView[]> {
  const found = await concurrently(TYPES, (of) => aws.databases(place).snapshots(of, { manual: true }));
  return found.flat();
}

/** Some of them by their ARNs; those that are gone are left out. */
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

/** Whether the account does not see a snapshot that it would copy: it has just been shared, or is not there. */
export function isSnapshotNotFound(error: unknown): boolean {
  return isAwsError(error, "DBSnapshotNotFound", "DBSnapshotNotFoundFault", "DBClusterSnapshotNotFoundFault");
}

/** Whether the account has a snapshot of the identifier that a copy would have. */
export function isTaken(error: unknown): boolean {
  return isAwsError(
    error,
    "DBSnapshotAlreadyExists",
    "DBSnapshotAlreadyExistsFault",
    "DBClusterSnapshotAlreadyExistsFault",
  );
}

/** Whether as many copies are in progress as may be: the same code tells of snapshots in all as well. */
export function isTooManyAtOnce(error: unknown): boolean {
  return (
    isAwsError(error, "SnapshotQuotaExceeded", "SnapshotQuotaExceededFault") &&
    /Cannot copy more than/.test(error.answer.message)
  );
}
