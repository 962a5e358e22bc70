import { isRegion } from "@keyferry/common";
import { SERVICE_PRINCIPALS } from "../actions/service-principals";
import { all, at, judge } from "../judge";
import { isOpen, isPlaceholder } from "../statement";
import type { Rule } from "../types";

const SUFFIX = /\.amazonaws\.com(\.cn)?$/;

/** Services whose principal has the same name in China. */
const WITHOUT_CHINESE_NAME = ["s3"];

export const unknownServicePrincipal: Rule = {
  id: "unknown-service-principal",
  appliesTo: ["key", "trust", "bucket"],
  title: "no AWS service has this name",
  explanation:
    'AWS refuses a policy with a service that does not exist: IAM with "Invalid principal in policy", KMS with "one or more invalid principals"; the endpoint and the principal of a service can have different names',
  fix: "write the service principal as the service's user guide spells it",
  source:
    "IAM user guide, AWS JSON policy elements: Principal, AWS service principals; AWS services that work with IAM",
  check: ({ statements }) =>
    judge(
      all(statements, ({ principals }) => principals).filter(
        ({ type, text }) => type === "Service" && SUFFIX.test(text) && !isOpen(text) && !isPlaceholder(text),
      ),
      (principal) => {
        const wrong = whatIsWrong(principal.text);
        return wrong === undefined ? [] : [at(principal, wrong)];
      },
    ),
};

function whatIsWrong(text: string): string | undefined {
  const name = withoutRegion(text.replace(SUFFIX, ""));
  if (SERVICE_PRINCIPALS.has(name)) {
    return text.endsWith(".cn") && WITHOUT_CHINESE_NAME.includes(name)
      ? `${text}: the name is ${name}.amazonaws.com in China too`
      : undefined;
  }
  const meant = [...SERVICE_PRINCIPALS].find((known) => known.startsWith(`${name}.`));
  return meant === undefined
    ? `${text} is not a service principal that AWS documents`
    : `${text} is not a service principal; ${meant}.amazonaws.com is`;
}

/** Some services have a principal for each Region: `logs.eu-west-1.amazonaws.com`. */
function withoutRegion(name: string): string {
  const parts = name.split(".");
  return isRegion(parts.at(-1) ?? "") ? parts.slice(0, -1).join(".") : name;
}
