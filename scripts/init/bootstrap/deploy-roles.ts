import {
  deployPolicy,
  deployTrust,
  paginate,
  proofTarget,
  renderPolicy,
  statePolicy,
  type Statement,
} from "../../../policy";
import {
  deployAccess,
  type Account,
  type DeployerUses,
  type LockedAccount,
  type LockedTopology,
} from "../../../topology";

/** A policy as IAM accepts it. */
export type PolicyDocument = object;

/** The deploy role of one account, with everything that is needed to create it. */
export interface DeployRole {
  readonly account: Account;
  readonly partition: string;
  readonly roleName: string;
  readonly trust: PolicyDocument;
  /** Name of the role's inline policy. */
  readonly policyName: string;
  readonly inline: PolicyDocument;
  /** Managed policies with the statements that do not fit into the inline policy, by name. */
  readonly managed: readonly { readonly policyName: string; readonly document: PolicyDocument }[];
  /** Instance profiles whose roles are assumed to have the same names. */
  readonly instanceRoles: readonly string[];
}

/** The deploy role of each account that has one, from the permission table. */
export function deployRoles(
  locked: LockedTopology,
  accounts: readonly LockedAccount[],
  uses: DeployerUses,
): readonly DeployRole[] {
  return accounts.flatMap((one): DeployRole[] => {
    const { account } = one;
    const { deployRole } = account;
    if (deployRole === undefined) return [];
    const access = deployAccess(locked, one, uses);
    const statements = one.stacks.length === 0 ? statePolicy(access) : deployPolicy(access);
    const { inline, managed } = paginate(statements);
    const { topology } = access;
    const policyName = `keyferry-${topology}`;
    return [
      {
        account,
        partition: one.partition,
        roleName: deployRole,
        trust: documentOf(deployTrust(access)),
        policyName,
        inline: documentOf(inline),
        managed: managed.map((page, index) => ({
          policyName: `${deployRole}-${topology}-${index + 1}`,
          document: documentOf(page),
        })),
        instanceRoles: access.instanceRoles ?? [],
      },
    ];
  });
}

function documentOf(statements: readonly Statement[]): PolicyDocument {
  return renderPolicy(statements, proofTarget);
}
