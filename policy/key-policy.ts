import { accountPrincipal, autoScalingServiceLinkedRoleArn, roleArn, viaService } from "@keyferry/common";
import { uniqueBy } from "../core/unique-by";
import type { Conditions, Statement } from "./document";
import type { Copier, CopyService, KeyAccess, KeyEnvironment } from "./keys";
import { KEY_SHARE_ROWS } from "./key-shares";
import { LAUNCH_GRANT_KEY_ROWS } from "./launch-grant-rows";
import { KEY_ROLE_ROWS } from "./roles";
import { statementsOf, type PermissionRow, type RowGrant } from "./row";

/** In a key policy, "this key". */
const THIS_KEY = ["*"];

const EVERYBODY: RowGrant = { principal: { AWS: ["*"] }, resources: THIS_KEY };

/** Refuses the deletion of a key to everybody, the account's administrators included; for key policies of one's own. */
export const DELETION_GUARD: Statement = {
  sid: "NobodySchedulesDeletion",
  effect: "Deny",
  actions: ["kms:ScheduleKeyDeletion"],
  ...EVERYBODY,
};

type KeyOwner = Pick<KeyEnvironment, "partition" | "account">;

/** What every key of the foundation has. */
const OWNER_ROWS: readonly PermissionRow<KeyOwner>[] = [
  {
    id: "AccountDecidesByIam",
    actions: ["kms:*"],
    basis: "enforced",
    why: "the owning account can never lock itself out, and its IAM policies take effect for the key",
    source: "KMS developer guide, Default key policy",
    grant: (key) => ({
      principal: { AWS: [accountPrincipal(key.partition, key.account)] },
      resources: THIS_KEY,
    }),
  },
  {
    id: DELETION_GUARD.sid,
    effect: "Deny",
    actions: DELETION_GUARD.actions,
    basis: "documented",
    why: "a plan that destroys the key, and an administrator's mistake, are refused, because whatever is under a deleted key is lost; the deletion takes a second decision, which is to take this statement out",
    source: "KMS developer guide, Control access to key deletion",
    grant: () => EVERYBODY,
  },
];

/** Who is let in besides. */
const USER_ROWS: readonly PermissionRow<KeyAccess>[] = [
  {
    id: "CopiersDescribe",
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "a destination's runner role sees the key that the transit copy is under",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (key) => toCopiers(key, allCopiers(key)),
  },
  {
    id: "CopiersGrantToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EC2 copies a snapshot asynchronously under a grant that the copying principal makes on the source key",
    source: "EBS user guide, Share the KMS key used to encrypt a shared snapshot",
    grant: (key) =>
      toCopiers(key, key.copiers, {
        Bool: { "kms:GrantIsForAWSResource": ["true"] },
        StringEquals: { "kms:ViaService": [viaService("ec2", key.region)] },
      }),
  },
  {
    id: "CopiersUseThroughEc2",
    actions: [
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    basis: "documented",
    why: "the set that AWS asks for on the source key of a shared snapshot",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (key) => toCopiers(key, key.copiers, through("ec2", key)),
  },
  {
    id: "CopiersGrantToRds",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "RDS copies a snapshot of a database asynchronously under a grant that the copying principal makes on the source key",
    source: "RDS user guide, Sharing encrypted snapshots; Encrypting Amazon RDS resources",
    grant: (key) =>
      toCopiers(key, key.databaseCopiers, {
        Bool: { "kms:GrantIsForAWSResource": ["true"] },
        ...through("rds", key),
      }),
  },
  {
    id: "CopiersUseThroughRds",
    actions: [
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    basis: "documented",
    why: "the set that AWS asks for on the key of a shared snapshot of a database",
    source: "RDS user guide, Sharing encrypted snapshots",
    grant: (key) => toCopiers(key, key.databaseCopiers, through("rds", key)),
  },
  {
    id: "AutoScalingGrantsToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "an instance's volume is attached under a grant that the launching role makes",
    source: "EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes",
    grant: (key) => toAutoScaling(key, { Bool: { "kms:GrantIsForAWSResource": ["true"] } }),
  },
  {
    id: "AutoScalingMakesVolumes",
    actions: ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "enforced",
    why: "a volume made from a snapshot under the same key gets the snapshot's data key re-encrypted",
    source: "EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes",
    grant: (key) => toAutoScaling(key),
  },
  {
    id: "AutoScalingUses",
    actions: [
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
    ],
    basis: "documented",
    why: "the rest of the set that AWS asks for on the key of a launched volume",
    source: "EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes",
    grant: (key) => toAutoScaling(key),
  },
  {
    id: "DefaultKeyGrantsToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "under an EBS default key a volume is attached and a snapshot copied under grants of whoever launches or copies, to whom IAM need not allow anything on keys",
    source: "KMS developer guide, Key policy of the AWS managed key for Amazon EBS",
    grant: (key) => toOwnAccount(key, { Bool: { "kms:GrantIsForAWSResource": ["true"] } }),
  },
  {
    id: "DefaultKeyMakesVolumes",
    actions: ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "enforced",
    why: "new volumes get a data key under the EBS default key, and volumes of its snapshots get theirs re-encrypted",
    source: "KMS developer guide, How Amazon EBS uses AWS KMS",
    grant: (key) => toOwnAccount(key),
  },
  {
    id: "DefaultKeyUses",
    actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
    basis: "documented",
    why: "the rest of what the policy of the AWS managed key that it replaces allows everybody in the account through EBS",
    source: "KMS developer guide, Key policy of the AWS managed key for Amazon EBS",
    grant: (key) => toOwnAccount(key),
  },
];

/** The permission table, part one: who is let in by the policies of the foundation's keys. */
export const KEY_ROWS: readonly PermissionRow<KeyAccess>[] = [...OWNER_ROWS, ...USER_ROWS];

/** The statements of a key's policy. */
export function keyPolicy(key: KeyAccess): readonly Statement[] {
  return statementsOf([...KEY_ROWS, ...KEY_SHARE_ROWS, ...LAUNCH_GRANT_KEY_ROWS, ...KEY_ROLE_ROWS], key);
}

/** Those of a key that nobody uses but whom its account's IAM lets in. */
export function keyOwnerPolicy(key: KeyOwner): readonly Statement[] {
  return statementsOf(OWNER_ROWS, key);
}

/** Those of its users alone, for a policy that has statements of its own for the account. */
export function keyUserPolicy(key: KeyAccess): readonly Statement[] {
  return statementsOf([...USER_ROWS, ...KEY_SHARE_ROWS, ...LAUNCH_GRANT_KEY_ROWS, ...KEY_ROLE_ROWS], key);
}

/** A key is used through a service of its own Region. */
function through(service: CopyService, { region }: KeyAccess): Conditions {
  return { StringEquals: { "kms:ViaService": [viaService(service, region)] } };
}

/** Whoever copies from the key, of whatever service. */
function allCopiers({ copiers, databaseCopiers = [] }: KeyAccess): readonly Copier[] {
  const all = [...copiers, ...databaseCopiers];
  return uniqueBy(all, ({ account, runnerRole }) => `${account} ${runnerRole}`);
}

/**
 * Lets the runner roles of other accounts in by naming their accounts and narrowing by the roles' ARNs: a policy that
 * names a role directly is refused while the role does not exist, and dies when the role is made anew.
 */
function toCopiers(
  key: KeyAccess,
  copiers: readonly Copier[] = [],
  conditions: Conditions = {},
): RowGrant | undefined {
  if (copiers.length === 0) return undefined;
  return {
    principal: { AWS: copiers.map((copier) => accountPrincipal(key.partition, copier.account)) },
    resources: THIS_KEY,
    conditions: {
      ArnEquals: {
        "aws:PrincipalArn": copiers.map((copier) =>
          roleArn(key.partition, copier.account, copier.runnerRole),
        ),
      },
      ...conditions,
    },
  };
}

/**
 * Lets the account's own Auto Scaling role in directly: nobody can attach an IAM policy to a service-linked role, and
 * this form is accepted before the role exists.
 */
function toAutoScaling(key: KeyAccess, conditions: Conditions = {}): RowGrant | undefined {
  if (!key.launches) return undefined;
  return {
    principal: { AWS: ["*"] },
    resources: THIS_KEY,
    conditions: {
      StringEquals: { "kms:CallerAccount": [key.account] },
      ArnEquals: { "aws:PrincipalArn": [autoScalingServiceLinkedRoleArn(key.partition, key.account)] },
      ...conditions,
    },
  };
}

/**
 * Lets everybody of the own account in, through EC2 of the key's Region alone: the form of AWS's own policy for
 * `aws/ebs`, service-linked roles included, so that nobody's launch fails when the default key becomes this one.
 */
function toOwnAccount(key: KeyAccess, conditions: Conditions = {}): RowGrant | undefined {
  if (key.ebsDefault !== true) return undefined;
  return {
    principal: { AWS: ["*"] },
    resources: THIS_KEY,
    conditions: {
      StringEquals: {
        "kms:CallerAccount": [key.account],
        "kms:ViaService": [viaService("ec2", key.region)],
      },
      ...conditions,
    },
  };
}
