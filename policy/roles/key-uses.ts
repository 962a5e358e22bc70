import { accountPrincipal, viaService } from "@keyferry/common";
import type { Conditions } from "../document";
import type { KeyEnvironment } from "../keys";
import type { Basis, PermissionRow } from "../row";
import type { KeyUseByRole, RoleAccess, RoleOfKey } from "./access";

/** One use of a key: becomes a statement of the role's policy, and of the key policy for roles of other accounts. */
interface KeyUseRow {
  readonly use: KeyUseByRole;
  readonly ofRole: string;
  readonly ofKey: string;
  readonly actions: readonly string[];
  readonly basis: Basis;
  readonly why: string;
  readonly source: string;
  readonly conditions?: (regions: readonly string[]) => Conditions;
}

const EBS = "EBS user guide, Requirements for Amazon EBS encryption";

const throughEc2 = (regions: readonly string[]): Conditions => ({
  StringEquals: { "kms:ViaService": regions.map((region) => viaService("ec2", region)) },
});

const KEY_USES: readonly KeyUseRow[] = [
  {
    use: "decrypt",
    ofRole: "DecryptUnderKeys",
    ofKey: "RolesDecrypt",
    actions: ["kms:Decrypt"],
    basis: "enforced",
    why: "to read data that is encrypted under a key, the role has KMS decrypt the data or its data key",
    source: "KMS API reference, Decrypt",
  },
  {
    use: "encrypt",
    ofRole: "EncryptUnderKeys",
    ofKey: "RolesEncrypt",
    actions: ["kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
    basis: "enforced",
    why: "KMS itself encrypts up to 4,096 bytes; everything else is encrypted under a data key that KMS generates",
    source: "KMS API reference, Encrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext",
  },
  {
    use: "ebs",
    ofRole: "DescribeKeysOfVolumes",
    ofKey: "RolesDescribeKeyOfVolumes",
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "part of the permissions that AWS documents for the key of an encrypted volume or snapshot",
    source: EBS,
  },
  {
    use: "ebs",
    ofRole: "GrantKeysToEbs",
    ofKey: "RolesGrantToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EBS attaches volumes and copies snapshots under grants that it creates for the caller; manual grants are not allowed",
    source: EBS,
    conditions: (regions) => ({
      Bool: { "kms:GrantIsForAWSResource": ["true"] },
      ...throughEc2(regions),
    }),
  },
  {
    use: "ebs",
    ofRole: "UseKeysThroughEbs",
    ofKey: "RolesUseThroughEbs",
    actions: ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    basis: "documented",
    why: "the remaining permissions of that set: each volume and snapshot has a data key; only through EC2 in the key's Region",
    source: EBS,
    conditions: throughEc2,
  },
];

const unique = (values: readonly string[]) => [...new Set(values)];

/** What a role's own policy grants on keys. */
export const KEY_USE_ROWS: readonly PermissionRow<RoleAccess>[] = KEY_USES.map((row) => ({
  id: row.ofRole,
  ...reasonOf(row),
  grant: ({ keys }) => {
    const meant = keys.filter(({ use }) => use === row.use);
    if (meant.length === 0) return undefined;
    const regions = unique(meant.flatMap(({ region }) => region ?? []));
    return {
      resources: unique(meant.map(({ keyArn }) => keyArn)),
      ...(row.conditions === undefined ? {} : { conditions: row.conditions(regions) }),
    };
  },
}));

/** The part of a key policy for roles of other accounts. */
export interface KeyOfRoles extends Pick<KeyEnvironment, "partition" | "region"> {
  /** @default - none */
  readonly roles?: readonly RoleOfKey[] | undefined;
}

/** What a key policy grants to roles of other accounts: the half that their own policies cannot provide. */
export const KEY_ROLE_ROWS: readonly PermissionRow<KeyOfRoles>[] = KEY_USES.map((row) => ({
  id: row.ofKey,
  ...reasonOf(row),
  grant: ({ roles = [], partition, region }) => {
    const meant = roles.filter(({ use }) => use === row.use);
    if (meant.length === 0) return undefined;
    return {
      principal: { AWS: unique(meant.map(({ account }) => accountPrincipal(partition, account))) },
      resources: ["*"],
      conditions: {
        ArnEquals: { "aws:PrincipalArn": unique(meant.map(({ roleArn }) => roleArn)) },
        ...row.conditions?.([region]),
      },
    };
  },
}));

function reasonOf({ actions, basis, why, source }: KeyUseRow) {
  return { actions, basis, why, source };
}
