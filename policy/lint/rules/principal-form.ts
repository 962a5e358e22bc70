import { parseArn } from "@keyferry/common";
import { all, at, judge } from "../judge";
import type { PrincipalItem } from "../policy";
import { isPlaceholder } from "../statement";
import type { Rule } from "../types";

export const principalForm: Rule = {
  id: "principal-form",
  appliesTo: ["key", "trust", "bucket"],
  title: "not a valid principal",
  explanation:
    "an AWS principal is an account, a user, a role or a session by ARN, or an account by its id; a Service principal is a name such as ec2.amazonaws.com; groups, policies and resources are not principals",
  fix: "name the role or the account by ARN under AWS, and a service by its name under Service",
  source: "IAM user guide, AWS JSON policy elements: Principal",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(({ text }) => !isPlaceholder(text)),
      (principal) => {
        const wrong = wrongForm(principal);
        return wrong === undefined ? [] : [at(principal, wrong)];
      },
    ),
};

function wrongForm({ type, text }: PrincipalItem): string | undefined {
  if (type === "Service") {
    return /^[\w*-]+(\.[\w-]+)+$/.test(text) || text === "*"
      ? undefined
      : `${text} is not the name of a service`;
  }
  if (type !== "AWS" || text === "*" || /^\d+$/.test(text) || /^A[A-Z]{3}[A-Z0-9]{12,}$/.test(text)) {
    return undefined;
  }
  const arn = parseArn(text);
  if (arn === undefined) return `${text} is neither an ARN nor an account id`;
  const resources = { iam: /^(root|user\/.|role\/.|\*$)/, sts: /^(assumed-role|federated-user)\/./ };
  const known = arn.service === "iam" || arn.service === "sts" ? resources[arn.service] : undefined;
  return known?.test(arn.resource) === true ? undefined : `${text} is not an account, user, role or session`;
}
