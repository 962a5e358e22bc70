import { keyReferenceId, type Conditions } from "../document";
import type { CopyService } from "../keys";
import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import type { KeyUse } from "../runner";
import { anywhere, isOwn, isWrite, onKeys } from "./row-grants";

const FOR_AWS: Conditions = { Bool: { "kms:GrantIsForAWSResource": ["true"] } };

/** Keys that a service uses in the role's name. */
function usedThrough({ keys }: RunnerAccess, service: CopyService): readonly KeyUse[] {
  return keys.filter(({ through = "ec2" }) => through === service);
}

/** Whether copies end under the key as well; what they ask for is in the rows of those. */
function isWritten(access: RunnerAccess, { key }: KeyUse): boolean {
  return usedThrough(access, "ec2").some(
    (use) => isWrite(use) && keyReferenceId(use.key) === keyReferenceId(key),
  );
}

/** Keys that the role looks at, and never uses. */
function lookedAt({ launchKeys }: RunnerAccess): readonly KeyUse[] {
  return launchKeys.map((key) => ({ key, as: "read" }));
}

/** What the runner role may do with keys, its own account's and those of source snapshots. */
export const KEY_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "DescribeKeys",
    actions: ["kms:DescribeKey"],
    basis: "enforced",
    why: "CopyImage checks the destination key for the caller, and the script finds keys by their aliases and looks at their state",
    source: "EC2 API reference, CopyImage",
    grant: (access) => onKeys([...access.keys.filter((use) => isOwn(access, use)), ...lookedAt(access)]),
  },
  {
    id: "DescribeSourceKeys",
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "part of the set that AWS asks for on the key of a shared snapshot",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(access.keys.filter((use) => !isOwn(access, use))),
  },
  {
    id: "ListAliases",
    actions: ["kms:ListAliases"],
    basis: "enforced",
    why: "whose key a source snapshot is under is told by its alias: an AWS managed key, which cannot be shared, has one below alias/aws/; the action has no resource-level permission",
    source: "KMS developer guide, Permissions reference",
    grant: ({ bookkeepsIn }) => anywhere(bookkeepsIn),
  },
  {
    id: "ReadKeyPolicies",
    actions: ["kms:GetKeyPolicy"],
    basis: "enforced",
    why: "when a copy is refused, the script reads which statement its own account's key lacks",
    source: "KMS developer guide, Permissions reference",
    grant: (access) => onKeys([...access.keys.filter((use) => isOwn(access, use)), ...lookedAt(access)]),
  },
  {
    id: "GrantToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EC2 copies snapshots asynchronously under grants that the caller makes on the source and destination keys",
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
    why: "the rest of the set that AWS asks for on both keys of a copy",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (access) => onKeys(usedThrough(access, "ec2"), {}, "ec2"),
  },
  {
    id: "UseSourceKeysThroughEc2",
    actions: ["kms:GenerateDataKeyWithoutPlaintext"],
    basis: "documented",
    why: "part of the set that AWS asks for on the source key as well",
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
    why: "RDS copies snapshots of databases asynchronously under grants that the caller makes on the source and destination keys",
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
    why: "the rest of the set that AWS asks for on the key of a shared snapshot of a database, on both keys of a copy",
    source: "RDS user guide, Sharing encrypted snapshots",
    grant: (access) => onKeys(usedThrough(access, "rds"), {}, "rds"),
  },
];
