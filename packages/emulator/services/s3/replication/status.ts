import type { ObjectNote, S3State } from "../state";

export type ReplicationStatus = "PENDING" | "COMPLETED" | "FAILED" | "REPLICA";

/**
 * The value of `x-amz-replication-status`; undefined for an object that no rule applied to. If one of several
 * destinations fails, the status is failed. Source: S3 user guide, "Getting replication status information".
 */
export function statusOf({ replica, legs }: ObjectNote): ReplicationStatus | undefined {
  if (replica === true) return "REPLICA";
  const statuses = Object.values(legs ?? {}).map(({ status }) => status);
  if (statuses.length === 0) return undefined;
  if (statuses.includes("FAILED")) return "FAILED";
  return statuses.includes("PENDING") ? "PENDING" : "COMPLETED";
}

/** An object that was not replicated, and why: what AWS reports in an event of the bucket. */
export interface ReplicationFailure {
  /** `bucket/key?version` */
  readonly object: string;
  readonly destination: string;
  readonly ruleId: string;
  readonly failureReason: string;
}

export function failuresIn({ objects }: S3State): readonly ReplicationFailure[] {
  return Object.entries(objects).flatMap(([object, { legs }]) =>
    Object.entries(legs ?? {}).flatMap(([destination, { ruleId, failureReason }]) =>
      failureReason === undefined ? [] : [{ object, destination, ruleId, failureReason }],
    ),
  );
}
