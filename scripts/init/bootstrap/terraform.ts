import { terraformText } from "../../../core/terraform-text";
import type { DeployRole, PolicyDocument } from "./deploy-roles";

/**
 * Terraform JSON with the role of every account; the provider of an account has the account's name: `aws.prod`. Names of accounts are
 * valid Terraform identifiers. Source: Terraform language, "JSON Configuration Syntax".
 */
export function terraformBlocks(roles: readonly DeployRole[]): object {
  const resources = roles.flatMap(({ account, roleName, trust, policyName, inline, managed }) => {
    const id = account.name;
    const provider = `aws.${id}`;
    const role = `\${aws_iam_role.${id}.name}`;
    const pages = managed.map(({ policyName: name, document }, index) => ({
      id: `${id}-${index + 1}`,
      block: { provider, name: terraformText(name), policy: policyText(document) },
      attachment: { provider, role, policy_arn: `\${aws_iam_policy.${id}-${index + 1}.arn}` },
    }));
    return [
      [
        "aws_iam_role",
        id,
        { provider, name: terraformText(roleName), assume_role_policy: policyText(trust) },
      ],
      ["aws_iam_role_policy", id, { provider, role, name: policyName, policy: policyText(inline) }],
      ...pages.map((page) => ["aws_iam_policy", page.id, page.block]),
      ...pages.map((page) => ["aws_iam_role_policy_attachment", page.id, page.attachment]),
    ] as [string, string, object][];
  });
  const types = [...new Set(resources.map(([type]) => type))];
  return {
    resource: Object.fromEntries(
      types.map((type) => [
        type,
        Object.fromEntries(resources.flatMap(([of, id, block]) => (of === type ? [[id, block]] : []))),
      ]),
    ),
  };
}

function policyText(document: PolicyDocument): string {
  return terraformText(JSON.stringify(document));
}
