/** The properties of a database snapshot that decide whether RDS can copy it. */
export interface DatabaseSnapshot {
  /** `cluster`: of an Aurora or Multi-AZ DB cluster. */
  readonly of: "instance" | "cluster";
  readonly engine: string;
  readonly encrypted: boolean;
  /** `sse-rds`: under a key that AWS owns. */
  readonly encryptionType?: string;
}

export interface Uncopiable {
  /** A clause after the snapshot's id: `belongs to RDS Custom, ...`. */
  readonly what: string;
  readonly fix: string;
}

const RESTORED = "restore it to a cluster under a customer managed key, and take a snapshot of that cluster";

/**
 * Why RDS cannot copy a snapshot under a named key, by any route. Undefined if it can.
 * Source: RDS API reference, CopyDBSnapshot and CopyDBClusterSnapshot.
 */
export function uncopiable({
  of,
  engine,
  encrypted,
  encryptionType,
}: DatabaseSnapshot): Uncopiable | undefined {
  if (engine.startsWith("custom-"))
    return {
      what: `belongs to RDS Custom (${engine}), which RDS does not copy`,
      fix: "name another snapshot",
    };
  if (encryptionType === "sse-rds") {
    return {
      what: "is under a key that AWS owns (sse-rds); AWS does not document that such a snapshot can be shared, or copied under another key",
      fix: RESTORED,
    };
  }
  if (of === "cluster" && !encrypted) {
    return {
      what: "is an unencrypted snapshot of a DB cluster, which RDS cannot encrypt in a copy",
      fix: RESTORED,
    };
  }
  return undefined;
}
