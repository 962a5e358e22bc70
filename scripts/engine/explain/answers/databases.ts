import type { AnswerEntry } from "../entry";

/** RDS and Aurora snapshots. Source: RDS user guide, "Sharing a DB snapshot", "Copying a DB snapshot". */
export const DATABASE_ANSWERS: readonly AnswerEntry[] = [
  {
    codes: ["DBSnapshotNotFound", "DBSnapshotNotFoundFault", "DBClusterSnapshotNotFoundFault"],
    cause: "the snapshot does not exist in <region>, or is not shared with account <account>",
    fix: "name a snapshot of another account or Region by its whole ARN; its account must share it (ModifyDBSnapshotAttribute, restore)",
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
    cause: "the snapshot is under the AWS managed key of RDS, which cannot be shared",
    fix: "account <source> must copy the snapshot under a customer managed key first, and share that copy",
    side: "source",
  },
  {
    codes: ["SnapshotQuotaExceeded", "SnapshotQuotaExceededFault", "SharedSnapshotQuotaExceeded"],
    cause:
      "account <account> has as many manual snapshots in <region>, or shares a snapshot with as many accounts, as RDS allows",
    fix: "remove snapshots or shares that are not needed, or ask AWS for a higher quota",
    side: "caller",
  },
];
