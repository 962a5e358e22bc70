import { accountPrincipal, roleArn } from "@keyferry/common";
import type { Conditions, Statement } from "./document";
import type { KeyAccess } from "./keys";
import { granteeArns, LAUNCH_OPERATIONS, type GrantIssuer, type ServiceLinkedRole } from "./launch-grants";
import { statementsOf, type PermissionRow, type RowGrant } from "./row";

/**
 * The permission table, part five: grants with which service-linked roles launch instances under another account's key. The
 * key policy is one half, the policy of the role that creates the grants the other; a service-linked role itself can have neither.
 */
const CREATE = {
  actions: ["kms:CreateGrant"],
  basis: "enforced",
  why: "a service-linked role can use another account's key only through a grant, which a principal of the role's own account must create; kms:GranteePrincipal and kms:GrantOperations limit the grantees and the operations of these grants",
  source:
    "EC2 Auto Scaling user guide, Required KMS key policy for use with encrypted volumes, cross-account access; KMS developer guide, kms:GranteePrincipal, kms:GrantOperations",
} as const;

const READ = {
  actions: ["kms:ListGrants"],
  basis: "enforced",
  why: "Terraform finds its grant in the list of all grants of the key, and waits until a retired grant is no longer listed: KMS has no operation that returns a single grant",
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

/** The keys on which one role creates grants; the input of its policy. */
export interface GrantIssuerAccess {
  readonly partition: string;
  /** 12-digit id of the role's account. */
  readonly account: string;
  /** Keys of other accounts, never by alias. */
  readonly keyArns: readonly string[];
  readonly grantees: readonly ServiceLinkedRole[];
}

/** In the policy of the role that creates the grants. */
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
    why: "Terraform retires only grants whose retiring principal is the account; kms:RevokeGrant could revoke every grant of the key",
    source: "KMS developer guide, Retiring and revoking grants",
    grant: ({ keyArns }) => ({ resources: keyArns }),
  },
];

/** The statements with which a role creates, lists and retires grants on keys of other accounts. */
export function grantIssuerPolicy(access: GrantIssuerAccess): readonly Statement[] {
  return statementsOf(LAUNCH_GRANT_ISSUER_ROWS, access);
}

function onlyFor(grantees: readonly string[]): Conditions {
  return {
    StringEquals: { "kms:GranteePrincipal": grantees },
    "ForAllValues:StringEquals": { "kms:GrantOperations": LAUNCH_OPERATIONS },
  };
}

/** Names the accounts with a condition on the roles' ARNs, as for copiers: see docs/decisions/0001-key-policy-form.md. */
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
