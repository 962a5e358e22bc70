import { iamArn } from "@keyferry/common";
import { shellWord } from "../../../core/shell-word";
import type { DeployRole, PolicyDocument } from "./deploy-roles";

/**
 * Lines for the AWS CLI, each as the administrator of the account that it names. Given again they bring the inline policy up to
 * date, and `create-role` fails; a managed policy that is there takes `create-policy-version` instead. Source: AWS CLI command reference, iam.
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
