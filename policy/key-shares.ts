import { accountPrincipal, viaService } from "@keyferry/common";
import type { Conditions } from "./document";
import type { KeyAccess } from "./keys";
import type { PermissionRow, RowGrant } from "./row";

/** Services through which a key can be shared: services that use a key for a caller of another account. */
export const SHARING_SERVICES = ["ec2", "rds", "s3"] as const;
export type SharingService = (typeof SHARING_SERVICES)[number];

/** ARN of a role, with its partition and account as groups. Source: IAM user guide, IAM identifiers. */
export const ROLE_ARN = /^arn:(aws[\w-]*):iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/;
/** Id of an organisation, and an organisational unit with all units above it. Source: Organizations API reference, the patterns of ids. */
export const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
export const UNIT_PATH = /^o-[a-z0-9]{10,32}\/r-[0-9a-z]{4,32}(\/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})+$/;

/** Who may use a key, always only through AWS services. */
export interface KeyShares {
  /** 12-digit ids of other accounts; their IAM decides which of their principals may use the key. */
  readonly accounts: readonly string[];
  /** ARNs of roles of other accounts; their own IAM must also allow the use. */
  readonly roles: readonly string[];
  /** Id of an organisation, for all its accounts: `o-a1b2c3d4e5`. @default - none */
  readonly organization?: string;
  /** Organisational units, for all accounts in and below them: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111`. */
  readonly organizationalUnits: readonly string[];
  /** @default - Amazon EC2, which is EBS */
  readonly viaServices: readonly SharingService[];
}

/** One way to say who may use the key, and the names of its statements. */
interface Audience {
  readonly id: "Accounts" | "Roles" | "Organization" | "OrganizationalUnits";
  readonly who: string;
  readonly source: string;
  readonly principal: (shares: KeyShares, key: KeyAccess) => readonly string[];
  readonly conditions: (shares: KeyShares, key: KeyAccess) => Conditions;
  readonly isMeant: (shares: KeyShares) => boolean;
}

const OTHER_ACCOUNTS =
  "KMS developer guide, Allowing users in other accounts to use a KMS key; EBS user guide, Share the KMS key used to encrypt a shared snapshot";
const ORGANIZATIONS =
  "EC2 user guide, Allow organizations and OUs to use a KMS key; IAM user guide, aws:PrincipalOrgID, aws:PrincipalOrgPaths";

/** Principals of the owner's account are left to IAM: without this condition, a key policy with "*" alone would allow them. */
const notTheOwner = ({ account }: KeyAccess): Conditions => ({
  StringNotEquals: { "kms:CallerAccount": [account] },
});

const AUDIENCES: readonly Audience[] = [
  {
    id: "Accounts",
    who: "accounts that the key is shared with",
    source: OTHER_ACCOUNTS,
    isMeant: ({ accounts }) => accounts.length > 0,
    principal: ({ accounts }, { partition }) =>
      accounts.map((account) => accountPrincipal(partition, account)),
    conditions: () => ({}),
  },
  {
    id: "Roles",
    who: "roles that the key is shared with; the statement names the accounts with a condition on the roles, because a statement that names a role has no effect after the role is created again",
    source: `${OTHER_ACCOUNTS}; IAM user guide, aws:PrincipalArn`,
    isMeant: ({ roles }) => roles.length > 0,
    principal: ({ roles }, { partition }) => [
      ...new Set(roles.map((arn) => accountPrincipal(partition, arn.split(":")[4] ?? ""))),
    ],
    conditions: ({ roles }) => ({ ArnEquals: { "aws:PrincipalArn": roles } }),
  },
  {
    id: "Organization",
    who: "accounts of the organisation that the key is shared with",
    source: ORGANIZATIONS,
    isMeant: ({ organization }) => organization !== undefined,
    principal: () => ["*"],
    conditions: ({ organization = "" }, key) => ({
      StringEquals: { "aws:PrincipalOrgID": [organization] },
      ...notTheOwner(key),
    }),
  },
  {
    id: "OrganizationalUnits",
    who: "accounts in and below the organisational units that the key is shared with",
    source: ORGANIZATIONS,
    isMeant: ({ organizationalUnits }) => organizationalUnits.length > 0,
    principal: () => ["*"],
    conditions: ({ organizationalUnits }, key) => ({
      "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": organizationalUnits.map((path) => `${path}/*`) },
      ...notTheOwner(key),
    }),
  },
];

/** What an audience may do with the key, with the reason and the conditions. */
interface Use {
  readonly id: (audience: string) => string;
  readonly actions: readonly string[];
  readonly basis: "enforced" | "documented";
  readonly why: string;
  readonly conditions: (shares: KeyShares, key: KeyAccess) => Conditions;
}

const through = ({ viaServices }: KeyShares, { region }: KeyAccess): Conditions => ({
  StringEquals: { "kms:ViaService": viaServices.map((service) => viaService(service, region)) },
});

const USES: readonly Use[] = [
  {
    id: (audience) => `Sharing${audience}Describe`,
    actions: ["kms:DescribeKey"],
    basis: "documented",
    why: "they read the state of the key before they use it",
    conditions: () => ({}),
  },
  {
    id: (audience) => `Sharing${audience}Grant`,
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "volumes are attached, and snapshots copied, under grants that an AWS service creates for the caller; manual grants are not allowed",
    conditions: (shares, key) => ({
      Bool: { "kms:GrantIsForAWSResource": ["true"] },
      ...through(shares, key),
    }),
  },
  {
    id: (audience) => `Sharing${audience}Use`,
    actions: [
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:GenerateDataKeyWithoutPlaintext",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
    ],
    basis: "documented",
    why: "the permissions that AWS documents for a shared key, only through the services that the key is shared for",
    conditions: through,
  },
];

/** The permission table, part six: with whom a key that the user names is shared. */
export const KEY_SHARE_ROWS: readonly PermissionRow<KeyAccess>[] = AUDIENCES.flatMap((audience) =>
  USES.map((use): PermissionRow<KeyAccess> => ({
    id: use.id(audience.id),
    actions: use.actions,
    basis: use.basis,
    why: `${use.why}: ${audience.who}`,
    source: audience.source,
    grant: (key) => grantTo(audience, use, key),
  })),
);

function grantTo(audience: Audience, use: Use, key: KeyAccess): RowGrant | undefined {
  const { shares } = key;
  if (shares === undefined || !audience.isMeant(shares)) return undefined;
  const conditions = merged(audience.conditions(shares, key), use.conditions(shares, key));
  return {
    principal: { AWS: audience.principal(shares, key) },
    resources: ["*"],
    ...(Object.keys(conditions).length === 0 ? {} : { conditions }),
  };
}

/** Conditions that must hold together; no key is in both. */
function merged(one: Conditions, other: Conditions): Conditions {
  const operators = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(
    operators.map((operator) => [operator, { ...one[operator], ...other[operator] }]),
  );
}
