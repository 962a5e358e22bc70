import type { PermissionRow } from "../../../policy/row";
import type { RunnerAccess } from "../../../policy/runner";

/** Rows that grant what the rules of one kind need, and nothing that only other kinds need. */
export function ownRows(
  kind: string,
  rows: readonly PermissionRow<RunnerAccess>[],
): readonly PermissionRow<RunnerAccess>[] {
  return rows.map((row) => ({
    ...row,
    grant: ({ ofKind }) => {
      const own = ofKind?.[kind];
      return own === undefined ? undefined : row.grant(own);
    },
  }));
}
