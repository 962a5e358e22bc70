import { inStatement, judge } from "../judge";
import { covers } from "../statement";
import type { Rule } from "../types";

export const replicationReadAction: Rule = {
  id: "replication-read-action",
  appliesTo: ["identity"],
  title: "a replication role that cannot read encrypted objects",
  explanation:
    "replication reads object versions with s3:GetObjectVersionForReplication; with s3:GetObjectVersion alone, S3 does not replicate objects that are encrypted with KMS keys",
  fix: "allow s3:GetObjectVersionForReplication on the source bucket's objects",
  source: "Amazon S3 user guide, Setting up permissions for live replication",
  check: ({ statements }) => {
    const allows = (action: string) =>
      statements.filter((statement) => statement.allows && covers(statement, action));
    const reading = allows("s3:ReplicateObject").length === 0 ? [] : allows("s3:GetObjectVersion");
    return judge(reading, (statement) =>
      allows("s3:GetObjectVersionForReplication").length > 0
        ? []
        : [
            inStatement(
              statement,
              "s3:GetObjectVersion is allowed, s3:GetObjectVersionForReplication is not",
            ),
          ],
    );
  },
};
