import { accountPrincipal, viaService } from "@keyferry/common";
import type { Conditions } from "../document";
import type { KeyEnvironment } from "../keys";
import type { Basis, PermissionRow } from "../row";
import type { KeyUseByRole, RoleAccess, RoleOfKey } from "./access";

/** One thing that is done with a key: becomes a statement of the role's policy, and of the key's for roles of other accounts. */
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
    why: "whoever reads what is under a key has KMS decrypt it, or its data key",
    source: "KMS API reference, Decrypt",
  },
  {
    use: "encrypt",
    ofRole: "EncryptUnderKeys",
    ofKey: "RolesEncrypt",
    actions: ["kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
    basis: "enforced",
    why: "up to 4,096 bytes are encrypted by KMS itself, everything else under a data key that KMS makes",
    source: "KMS API reference, Encrypt, GenerateDataKey, GenerateDataKeyWithoutPlaintext",
  },
  {
    use: "ebs",
    ofRole: "DescribeKeysOfVolumes",
    ofKey: "RolesDescribeKeyOfVolumes",
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "part of the set that AWS asks for on the key of an encrypted volume or snapshot",
    source: EBS,
  },
  {
    use: "ebs",
    ofRole: "GrantKeysToEbs",
    ofKey: "RolesGrantToEbs",
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "EBS attaches volumes and copies snapshots under grants that it makes for the caller; nobody makes one by hand",
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
    why: "the rest of that set: volumes and snapshots have a data key each, through EC2 of the key's Region and no other way",
    source: EBS,
    conditions: throughEc2,
  },
];

const unique = (values: readonly string[]) => [...new Set(values)];

/** What is granted on keys by a role's own policy. */
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

/** A key's policy as far as it speaks of roles of other accounts. */
export interface KeyOfRoles extends Pick<KeyEnvironment, "partition" | "region"> {
  /** @default - none */
  readonly roles?: readonly RoleOfKey[] | undefined;
}

/** What the policy of a key has for roles of other accounts: the half that their own policies cannot be. */
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
