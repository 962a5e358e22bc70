import type { AnswerEntry } from "../entry";

/** RDS and Aurora snapshots. Source: RDS user guide, "Sharing a DB snapshot", "Copying a DB snapshot". */
export const DATABASE_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["DBSnapshotNotFound", "DBSnapshotNotFoundFault", "DBClusterSnapshotNotFoundFault"],
    cause: "the snapshot does not exist in <region>, or is not shared with account <account>",
    fix: "name a snapshot of another account or Region by its full ARN; its account must share it (ModifyDBSnapshotAttribute, restore)",
    side: "source",
    distinguish:
      "`aws rds describe-db-snapshots --include-shared` in account <account> lists what is shared with it in <region>",
  },
  {
    codes: [
      "InvalidDBSnapshotState",
      "InvalidDBSnapshotStateFault",
      "InvalidDBClusterSnapshotStateFault",
      "InvalidParameterCombination",
      "InvalidParameterValue",
    ],
    text: /default (?:service |RDS )?(?:encryption )?key|aws\/rds/i,
    cause: "the snapshot is encrypted under the AWS managed key of RDS, which cannot be shared",
    fix: "account <source> must copy the snapshot under a customer managed key first, and share that copy",
    side: "source",
  },
  {
    codes: ["InvalidDBSnapshotState", "InvalidDBSnapshotStateFault", "InvalidDBClusterSnapshotStateFault"],
    text: /public/i,
    cause: "an encrypted snapshot cannot be shared with everybody",
    fix: "share it with single accounts, and let each use its key",
    side: "source",
  },
  {
    codes: ["InvalidDBSnapshotState", "InvalidDBSnapshotStateFault", "InvalidDBClusterSnapshotStateFault"],
    cause:
      "the snapshot is not available yet, or is an automated one, which can be neither shared nor deleted",
    fix: "wait until the snapshot is available; copy an automated one in its own account first (CopyDBSnapshot), and share that copy",
    side: "source",
  },
  {
    codes: ["DBSnapshotAlreadyExists", "DBSnapshotAlreadyExistsFault", "DBClusterSnapshotAlreadyExistsFault"],
    cause: "account <account> has a snapshot with this identifier in <region> already",
    fix: "check that snapshot: an earlier call may have created it; otherwise choose another identifier",
    side: "caller",
  },
  {
    codes: ["DBInstanceNotFound", "DBInstanceNotFoundFault", "DBClusterNotFoundFault"],
    cause: "account <account> has no database with this identifier in <region>",
    fix: "name a DB instance or DB cluster of that account and Region",
    side: "caller",
  },
  {
    codes: ["InvalidDBInstanceState", "InvalidDBInstanceStateFault", "InvalidDBClusterStateFault"],
    cause: "the database is not available, so no snapshot can be taken of it",
    fix: "wait until the database is available, and run again",
    side: "caller",
  },
  {
    codes: ["InvalidParameterValue"],
    text: /Must specify new KMS key for cross region/i,
    cause: "an encrypted snapshot is copied into another Region, where its own key cannot be used",
    fix: "name a key of the destination's Region (KmsKeyId)",
    side: "caller",
  },
  {
    codes: ["SnapshotQuotaExceeded", "SnapshotQuotaExceededFault"],
    text: /Cannot copy more than/,
    cause:
      "account <account> has reached its quota of copies of DB snapshots in progress in <region>; copies that others started there count too",
    fix: "run again when those have ended, with a lower --max-copies",
    side: "caller",
  },
  {
    codes: ["SnapshotQuotaExceeded", "SnapshotQuotaExceededFault", "SharedSnapshotQuotaExceeded"],
    cause:
      "account <account> has as many manual snapshots in <region> as its quota allows, or shares a snapshot with as many accounts as RDS allows",
    fix: "delete snapshots or remove shares that are no longer needed, or ask AWS for a higher quota",
    side: "caller",
  },
];
