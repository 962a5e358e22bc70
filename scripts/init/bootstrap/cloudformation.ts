import type { DeployRole } from "./deploy-roles";

/**
 * One CloudFormation template with the role of every account, each created only in its own account, so that one StackSet over all accounts
 * creates all of them; in one Region, because roles are global. Source: CloudFormation user guide, AWS::IAM::Role, AWS::IAM::ManagedPolicy, Conditions.
 */
export function cloudFormationTemplate(roles: readonly DeployRole[]): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "The roles that Keyferry deploys with",
    Conditions: Object.fromEntries(
      roles.map(({ account }) => [
        conditionOf(account.id),
        { "Fn::Equals": [{ Ref: "AWS::AccountId" }, account.id] },
      ]),
    ),
    Resources: Object.fromEntries(roles.flatMap(resourcesOf)),
  };
}

function resourcesOf(role: DeployRole): readonly (readonly [string, object])[] {
  const { account, roleName, trust, policyName, inline, managed } = role;
  const Condition = conditionOf(account.id);
  const roleId = `DeployRole${account.id}`;
  return [
    [
      roleId,
      {
        Type: "AWS::IAM::Role",
        Condition,
        Properties: {
          RoleName: roleName,
          AssumeRolePolicyDocument: trust,
          Policies: [{ PolicyName: policyName, PolicyDocument: inline }],
        },
      },
    ],
    ...managed.map(
      ({ policyName: ManagedPolicyName, document }, index) =>
        [
          `DeployPolicy${account.id}N${index + 1}`,
          {
            Type: "AWS::IAM::ManagedPolicy",
            Condition,
            Properties: { ManagedPolicyName, PolicyDocument: document, Roles: [{ Ref: roleId }] },
          },
        ] as const,
    ),
  ];
}

const conditionOf = (account: string): string => `Is${account}`;
