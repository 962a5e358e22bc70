import type { DbSnapshotView, SnapshotView } from "../../../scripts/aws";
import type { CopyFate, CopyView } from "../../../scripts/engine/copy";

/** A snapshot of a database as the engine sees it; its id is its ARN, because identifiers are not unique across families and accounts. */
export interface DatabaseCopy extends CopyView {
  readonly snapshot: DbSnapshotView;
}

export function toCopy(snapshot: DbSnapshotView): DatabaseCopy {
  const { arn, id, state, createdAt, tags } = snapshot;
  return { id: arn, name: id, state, creationDate: createdAt, tags, snapshot };
}

/** How a snapshot has ended. Source: RDS user guide, "Viewing DB snapshots" (status). */
export function fateOf({ state }: { readonly state: string }): CopyFate | undefined {
  if (state === "available") return "available";
  return state === "failed" || state === "incompatible-restore" ? "dead" : undefined;
}

/** The snapshot in the form of an EBS snapshot, which the engine uses to compare the parts of copies. */
export function asSnapshot(snapshot: DbSnapshotView): SnapshotView {
  const { arn, createdAt, state, progressPercent, encrypted, keyArn, sizeGiB, dataBytes, tags } = snapshot;
  return {
    snapshotId: arn,
    startTime: createdAt,
    state: state === "available" ? "completed" : state,
    progressPercent,
    encrypted,
    sizeGiB,
    tags,
    ...(keyArn === undefined ? {} : { keyArn }),
    ...(dataBytes === undefined ? {} : { dataBytes }),
  };
}
