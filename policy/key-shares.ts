import { accountPrincipal, viaService } from "@keyferry/common";
import type { Conditions } from "./document";
import type { KeyAccess } from "./keys";
import type { PermissionRow, RowGrant } from "./row";

/** Services through which a key can be shared: those that use a key for a caller of another account. */
export const SHARING_SERVICES = ["ec2", "rds", "s3"] as const;
export type SharingService = (typeof SHARING_SERVICES)[number];

/** ARN of a role, with its partition and account as groups. Source: IAM user guide, IAM identifiers. */
export const ROLE_ARN = /^arn:(aws[\w-]*):iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/;
/** Id of an organisation, and an organisational unit with all that are above it. Source: Organizations API reference, the patterns of ids. */
export const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
export const UNIT_PATH = /^o-[a-z0-9]{10,32}\/r-[0-9a-z]{4,32}(\/ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})+$/;

/** Whom a key's owner lets use it, always through AWS services alone. */
export interface KeyShares {
  /** 12-digit ids of other accounts: their IAM decides who there. */
  readonly accounts: readonly string[];
  /** ARNs of roles of other accounts; their IAM must allow it as well. */
  readonly roles: readonly string[];
  /** Every account of it: `o-a1b2c3d4e5`. @default - none */
  readonly organization?: string;
  /** Every account in and below them: `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111`. */
  readonly organizationalUnits: readonly string[];
  /** @default - Amazon EC2, which is EBS */
  readonly viaServices: readonly SharingService[];
}

/** One way to say who is let in, and what its statements are called. */
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

/** Members of the owner's account are left to IAM: to "*" without this condition the key policy alone would let them in. */
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
    who: "roles that the key is shared with; the accounts are named and narrowed by the roles, because a policy that names a role dies when it is made anew",
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

/** What an audience may do with the key, each with what its condition is for. */
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
    why: "they see the key before they use it",
    conditions: () => ({}),
  },
  {
    id: (audience) => `Sharing${audience}Grant`,
    actions: ["kms:CreateGrant"],
    basis: "enforced",
    why: "volumes are attached, and snapshots copied, under grants that an AWS service makes for the caller; nobody makes one by hand",
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
    why: "the set that AWS asks for on a shared key, through the services that the key is shared for and no other way",
    conditions: through,
  },
];

/** The permission table, part six: whom a key that the user names is shared with. */
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
