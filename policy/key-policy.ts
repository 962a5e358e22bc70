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

/** Denies the deletion of a key to every principal, the account's administrators included; for the user's own key policies. */
export const DELETION_GUARD: Statement = {
  sid: "NobodySchedulesDeletion",
  effect: "Deny",
  actions: ["kms:ScheduleKeyDeletion"],
  ...EVERYBODY,
};

type KeyOwner = Pick<KeyEnvironment, "partition" | "account">;

/** Statements in the policy of every key of the foundation. */
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
    why: "it blocks a Terraform plan that destroys the key, and an administrator's mistake, because all data that is encrypted under a deleted key is lost; a deletion needs a second decision, which is to remove this statement first",
    source: "KMS developer guide, Control access to key deletion",
    grant: () => EVERYBODY,
  },
];

/** Additional principals that may use the key. */
const USER_ROWS: readonly PermissionRow<KeyAccess>[] = [
  {
    id: "CopiersDescribe",
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "a destination's runner role reads the state of the key that the transit copy is encrypted under",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (key) => toCopiers(key, allCopiers(key)),
  },
  {
    id: "CopiersGrantToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EC2 copies a snapshot asynchronously under a grant that the copying principal creates on the source key",
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
    why: "the permissions that AWS documents for the source key of a shared snapshot",
    source: "EBS user guide, Copy an Amazon EBS snapshot",
    grant: (key) => toCopiers(key, key.copiers, through("ec2", key)),
  },
  {
    id: "CopiersGrantToRds",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "RDS copies a snapshot of a database asynchronously under a grant that the copying principal creates on the source key",
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
    why: "the permissions that AWS documents for the key of a shared snapshot of a database",
    source: "RDS user guide, Sharing encrypted snapshots",
    grant: (key) => toCopiers(key, key.databaseCopiers, through("rds", key)),
  },
  {
    id: "AutoScalingGrantsToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "an instance's volume is attached under a grant that the launching role creates",
    source: "EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes",
    grant: (key) => toAutoScaling(key, { Bool: { "kms:GrantIsForAWSResource": ["true"] } }),
  },
  {
    id: "AutoScalingMakesVolumes",
    actions: ["kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "enforced",
    why: "for a volume that is created from a snapshot under the same key, the snapshot's data key is re-encrypted",
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
    why: "the remaining permissions that AWS documents for the key of a launched volume",
    source: "EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes",
    grant: (key) => toAutoScaling(key),
  },
  {
    id: "DefaultKeyGrantsToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "under an EBS default key, a volume is attached and a snapshot is copied under grants of the principal that launches or copies, whose IAM policies need not allow anything on keys",
    source: "KMS developer guide, Key policy of the AWS managed key for Amazon EBS",
    grant: (key) => toOwnAccount(key, { Bool: { "kms:GrantIsForAWSResource": ["true"] } }),
  },
  {
    id: "DefaultKeyMakesVolumes",
    actions: ["kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "enforced",
    why: "new volumes get a data key under the EBS default key, and the data keys of volumes from its snapshots are re-encrypted",
    source: "KMS developer guide, How Amazon EBS uses AWS KMS",
    grant: (key) => toOwnAccount(key),
  },
  {
    id: "DefaultKeyUses",
    actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
    basis: "documented",
    why: "the remaining permissions that the policy of the AWS managed key, which this key replaces, gives every principal of the account through EBS",
    source: "KMS developer guide, Key policy of the AWS managed key for Amazon EBS",
    grant: (key) => toOwnAccount(key),
  },
];

/** The permission table, part one: whom the policies of the foundation's keys allow. */
export const KEY_ROWS: readonly PermissionRow<KeyAccess>[] = [...OWNER_ROWS, ...USER_ROWS];

/** The statements of a key's policy. */
export function keyPolicy(key: KeyAccess): readonly Statement[] {
  return statementsOf([...KEY_ROWS, ...KEY_SHARE_ROWS, ...LAUNCH_GRANT_KEY_ROWS, ...KEY_ROLE_ROWS], key);
}

/** The statements of a key that only principals use that the IAM of its account allows. */
export function keyOwnerPolicy(key: KeyOwner): readonly Statement[] {
  return statementsOf(OWNER_ROWS, key);
}

/** Only the statements for its users, for a policy that has other statements for the account. */
export function keyUserPolicy(key: KeyAccess): readonly Statement[] {
  return statementsOf([...USER_ROWS, ...KEY_SHARE_ROWS, ...LAUNCH_GRANT_KEY_ROWS, ...KEY_ROLE_ROWS], key);
}

/** A key is used through a service in its own Region. */
function through(service: CopyService, { region }: KeyAccess): Conditions {
  return { StringEquals: { "kms:ViaService": [viaService(service, region)] } };
}

/** All copiers from the key, of every service. */
function allCopiers({ copiers, databaseCopiers = [] }: KeyAccess): readonly Copier[] {
  const all = [...copiers, ...databaseCopiers];
  return uniqueBy(all, ({ account, runnerRole }) => `${account} ${runnerRole}`);
}

/**
 * Allows the runner roles of other accounts by naming their accounts with a condition on the roles' ARNs: AWS refuses a
 * policy that names a role that does not exist, and such a statement has no effect after the role is created again.
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
 * Allows the account's own Auto Scaling role directly: no one can attach an IAM policy to a service-linked role, and
 * AWS accepts this form before the role exists.
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
 * Allows every principal of the key's account, only through EC2 in the key's Region: the form of AWS's own policy for
 * `aws/ebs`, service-linked roles included, so that no launch fails when this key becomes the default key.
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
