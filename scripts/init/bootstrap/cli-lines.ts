import { iamArn } from "@keyferry/common";
import type { DeployRole, PolicyDocument } from "./deploy-roles";

/**
 * Lines for the AWS CLI, each as the administrator of the account that it names. The same lines bring a role up to date: only `create-role`
 * and `create-policy` fail where it is there. Source: AWS CLI command reference, iam.
 */
export function cliLines(roles: readonly DeployRole[]): string {
  return roles
    .map(({ account, partition, roleName, trust, policyName, inline, managed }) => {
      const role = `--role-name ${word(roleName)}`;
      const lines = [
        `aws iam create-role ${role} --assume-role-policy-document ${json(trust)}`,
        `aws iam put-role-policy ${role} --policy-name ${word(policyName)} --policy-document ${json(inline)}`,
        ...managed.flatMap(({ policyName: name, document }) => [
          `aws iam create-policy --policy-name ${word(name)} --policy-document ${json(document)}`,
          `aws iam attach-role-policy ${role} --policy-arn ${word(iamArn(partition, account.id, `policy/${name}`))}`,
        ]),
      ];
      return [`# As the administrator of ${account.name}, ${account.id}:`, ...lines].join("\n");
    })
    .join("\n\n");
}

const json = (document: PolicyDocument): string => word(JSON.stringify(document));

/** A word of a POSIX shell, whatever it holds. */
function word(text: string): string {
  return /^[\w+=,.@:/-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
