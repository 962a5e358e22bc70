import { iamArn } from "@keyferry/common";
import { shellWord } from "../../../core/shell-word";
import type { DeployRole, PolicyDocument } from "./deploy-roles";

/**
 * AWS CLI commands, to be run as the administrator of the account that is named before them. If they are run again, they update the
 * inline policy and `create-role` fails; an existing managed policy needs `create-policy-version` instead. Source: AWS CLI command reference, iam.
 */
export function cliLines(roles: readonly DeployRole[]): string {
  return roles
    .map(({ account, partition, roleName, trust, policyName, inline, managed }) => {
      const role = `--role-name ${shellWord(roleName)}`;
      const lines = [
        `aws iam create-role ${role} --assume-role-policy-document ${json(trust)}`,
        `aws iam put-role-policy ${role} --policy-name ${shellWord(policyName)} --policy-document ${json(inline)}`,
        ...managed.flatMap(({ policyName: name, document }) => [
          `aws iam create-policy --policy-name ${shellWord(name)} --policy-document ${json(document)}`,
          `aws iam attach-role-policy ${role} --policy-arn ${shellWord(iamArn(partition, account.id, `policy/${name}`))}`,
        ]),
      ];
      return [`# As the administrator of ${account.name}, ${account.id}:`, ...lines].join("\n");
    })
    .join("\n\n");
}

const json = (document: PolicyDocument): string => shellWord(JSON.stringify(document));
