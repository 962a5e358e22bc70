/**
 * How the identifiers of a topology's copies begin. RDS takes no two hyphens in a row, and none at the end.
 * Source: RDS API reference, CopyDBClusterSnapshot, TargetDBClusterSnapshotIdentifier: 1 to 63 letters, digits or hyphens.
 */
export function copyPrefix(topology: string): string {
  return `keyferry-${topology}-`.replace(/-+/g, "-");
}
