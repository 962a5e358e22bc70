/**
 * The prefix of the identifiers of a topology's copies. RDS accepts neither two consecutive hyphens nor a hyphen at the end.
 * Source: RDS API reference, CopyDBClusterSnapshot, TargetDBClusterSnapshotIdentifier: 1 to 63 letters, digits or hyphens.
 */
export function copyPrefix(topology: string): string {
  return `keyferry-${topology}-`.replace(/-+/g, "-");
}
