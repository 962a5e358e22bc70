import { keyReferenceId, type Conditions } from "../document";
import type { CopyService } from "../keys";
import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import type { KeyUse } from "../runner";
import { anywhere, isOwn, isWrite, onKeys } from "./row-grants";

const FOR_AWS: Conditions = { Bool: { "kms:GrantIsForAWSResource": ["true"] } };

/** Keys that a service uses on behalf of the role. */
function usedThrough({ keys }: RunnerAccess, service: CopyService): readonly KeyUse[] {
  return keys.filter(({ through = "ec2" }) => through === service);
}

/** Whether final copies are also under the key; the rows for those contain what they need. */
function isWritten(access: RunnerAccess, { key }: KeyUse): boolean {
  return usedThrough(access, "ec2").some(
    (use) => isWrite(use) && keyReferenceId(use.key) === keyReferenceId(key),
  );
}

/** Keys that the role reads and never uses. */
function lookedAt({ launchKeys }: RunnerAccess): readonly KeyUse[] {
  return launchKeys.map((key) => ({ key, as: "read" }));
}

/** What the runner role may do with keys, its own account's and those of source snapshots. */
export const KEY_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "DescribeKeys",
    actions: ["kms:DescribeKey"],
    basis: "enforced",
    why: "CopyImage checks the destination key with the caller's permissions, and the script finds keys by their aliases and reads their state",
    source: "EC2 API reference, CopyImage",
    grant: (access) => onKeys([...access.keys.filter((use) => isOwn(access, use)), ...lookedAt(access)]),
  },
  {
    id: "DescribeSourceKeys",
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "part of the permissions that AWS documents for the key of a shared snapshot",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(access.keys.filter((use) => !isOwn(access, use))),
  },
  {
    id: "ListAliases",
    actions: ["kms:ListAliases"],
    basis: "enforced",
    why: "the alias of a source snapshot's key shows whose key it is: an AWS managed key, which cannot be shared, has an alias that begins with alias/aws/; the action has no resource-level permission",
    source: "KMS developer guide, Permissions reference",
    grant: ({ bookkeepsIn }) => anywhere(bookkeepsIn),
  },
  {
    id: "ReadKeyPolicies",
    actions: ["kms:GetKeyPolicy"],
    basis: "enforced",
    why: "when a copy is refused, the script reads the key policies of its own account to find the missing statement",
    source: "KMS developer guide, Permissions reference",
    grant: (access) => onKeys([...access.keys.filter((use) => isOwn(access, use)), ...lookedAt(access)]),
  },
  {
    id: "GrantToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EC2 copies snapshots asynchronously under grants that the caller creates on the source and destination keys",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(usedThrough(access, "ec2"), FOR_AWS, "ec2"),
  },
  {
    id: "MakeDataKeys",
    actions: ["kms:GenerateDataKeyWithoutPlaintext"],
    basis: "enforced",
    why: "each copied snapshot gets a data key under the destination key",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(usedThrough(access, "ec2").filter(isWrite), {}, "ec2"),
  },
  {
    id: "UseKeysThroughEc2",
    actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "documented",
    why: "the remaining permissions that AWS documents for both keys of a copy",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(usedThrough(access, "ec2"), {}, "ec2"),
  },
  {
    id: "UseSourceKeysThroughEc2",
    actions: ["kms:GenerateDataKeyWithoutPlaintext"],
    basis: "documented",
    why: "part of the permissions that AWS also documents for the source key",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) =>
      onKeys(
        usedThrough(access, "ec2").filter((use) => !isWritten(access, use)),
        {},
        "ec2",
      ),
  },
  {
    id: "GrantToRds",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "RDS copies snapshots of databases asynchronously under grants that the caller creates on the source and destination keys",
    source: "RDS user guide, Encrypting Amazon RDS resources",
    grant: (access) => onKeys(usedThrough(access, "rds"), FOR_AWS, "rds"),
  },
  {
    id: "UseKeysThroughRds",
    actions: [
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    basis: "documented",
    why: "the remaining permissions that AWS documents for the key of a shared snapshot of a database, on both keys of a copy",
    source: "RDS user guide, Sharing encrypted snapshots",
    grant: (access) => onKeys(usedThrough(access, "rds"), {}, "rds"),
  },
];
