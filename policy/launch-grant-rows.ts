import { accountPrincipal, roleArn } from "@keyferry/common";
import type { Conditions, Statement } from "./document";
import type { KeyAccess } from "./keys";
import { granteeArns, LAUNCH_OPERATIONS, type GrantIssuer, type ServiceLinkedRole } from "./launch-grants";
import { statementsOf, type PermissionRow, type RowGrant } from "./row";

/**
 * The permission table, part five: grants with which service-linked roles launch instances under another account's key. The
 * key's policy is one half, the policy of whoever makes the grants the other; a service-linked role itself can have neither.
 */
const CREATE = {
  actions: ["kms:CreateGrant"],
  basis: "enforced",
  why: "a service-linked role uses another account's key by a grant alone, and only a principal of its own account makes one that counts; kms:GranteePrincipal and kms:GrantOperations keep whoever may make it from letting anybody else in, or to more",
  source:
    "EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes, cross-account access; KMS developer guide, kms:GranteePrincipal, kms:GrantOperations",
} as const;

const READ = {
  actions: ["kms:ListGrants"],
  basis: "enforced",
  why: "Terraform finds the grant that it has made, and waits until a retired one is gone, among all grants of the key: KMS has no operation that shows one",
  source: "KMS API reference, ListGrants; Terraform AWS provider, aws_kms_grant",
} as const;

/** In the policy of the key. */
export const LAUNCH_GRANT_KEY_ROWS: readonly PermissionRow<KeyAccess>[] = [
  {
    id: "IssuersGrantToServiceLinkedRoles",
    ...CREATE,
    grant: ({ partition, launchGrants }) =>
      launchGrants === undefined
        ? undefined
        : toIssuers(
            partition,
            launchGrants.issuers,
            onlyFor(
              launchGrants.issuers.flatMap(({ account }) =>
                granteeArns(partition, account, launchGrants.grantees),
              ),
            ),
          ),
  },
  {
    id: "IssuersReadGrants",
    ...READ,
    grant: ({ partition, launchGrants: { issuers = [], formerIssuers = [] } = {} }) =>
      toIssuers(partition, [...issuers, ...formerIssuers], {}),
  },
];

/** What one role makes grants on; the input of its policy. */
export interface GrantIssuerAccess {
  readonly partition: string;
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Keys of other accounts, never by alias. */
  readonly keyArns: readonly string[];
  readonly grantees: readonly ServiceLinkedRole[];
}

/** In the policy of the role that makes the grants. */
export const LAUNCH_GRANT_ISSUER_ROWS: readonly PermissionRow<GrantIssuerAccess>[] = [
  {
    id: "GrantKeysToServiceLinkedRoles",
    ...CREATE,
    grant: ({ partition, account, keyArns, grantees }) => ({
      resources: keyArns,
      conditions: onlyFor(granteeArns(partition, account, grantees)),
    }),
  },
  {
    id: "ReadGrantsOfKeys",
    ...READ,
    grant: ({ keyArns }) => ({ resources: keyArns }),
  },
  {
    id: "RetireGrantsOfKeys",
    actions: ["kms:RetireGrant"],
    basis: "enforced",
    why: "Terraform ends the grants whose retiring principal is the account, and no other: kms:RevokeGrant would end anybody's",
    source: "KMS developer guide, Retiring and revoking grants",
    grant: ({ keyArns }) => ({ resources: keyArns }),
  },
];

/** The statements with which a role makes, reads and retires grants on keys of other accounts. */
export function grantIssuerPolicy(access: GrantIssuerAccess): readonly Statement[] {
  return statementsOf(LAUNCH_GRANT_ISSUER_ROWS, access);
}

function onlyFor(grantees: readonly string[]): Conditions {
  return {
    StringEquals: { "kms:GranteePrincipal": grantees },
    "ForAllValues:StringEquals": { "kms:GrantOperations": LAUNCH_OPERATIONS },
  };
}

/** Names the accounts and narrows them by the roles' ARNs, as for copiers: see docs/decisions/0001-key-policy-form.md. */
function toIssuers(
  partition: string,
  issuers: readonly GrantIssuer[],
  conditions: Conditions,
): RowGrant | undefined {
  if (issuers.length === 0) return undefined;
  return {
    principal: { AWS: [...new Set(issuers.map(({ account }) => accountPrincipal(partition, account)))] },
    resources: ["*"],
    conditions: {
      ArnEquals: {
        "aws:PrincipalArn": issuers.map(({ account, roleName }) => roleArn(partition, account, roleName)),
      },
      ...conditions,
    },
  };
}
