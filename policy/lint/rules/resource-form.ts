import { all, at, judge } from "../judge";
import { isPlaceholder } from "../statement";
import type { Rule } from "../types";

export const resourceForm: Rule = {
  id: "resource-form",
  appliesTo: ["identity", "bucket"],
  title: "a Resource that is not an ARN",
  explanation: "a Resource is an ARN or *; AWS refuses key ids, alias names, bucket names and image ids",
  fix: "write the complete ARN",
  source: "IAM user guide, IAM JSON policy elements: Resource",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources).filter(({ text }) => !isPlaceholder(text)),
      (resource) =>
        /^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+|arn:.*\*.*|\$\{.*)$/s.test(resource.text)
          ? []
          : [at(resource, `${resource.text} is neither an ARN nor *`)],
    ),
};
