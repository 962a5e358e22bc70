import { hasVariables, resourceStart } from "@keyferry/evaluator";
import { all, at, judge } from "../judge";
import type { Rule } from "../types";

export const variableBeforeResource: Rule = {
  id: "variable-before-resource",
  appliesTo: "any",
  title: "a policy variable where none is read",
  explanation:
    "in a Resource policy variables are read only after the fifth colon of the ARN; before it the text matches nothing, so that an Allow has no effect and a Deny denies nothing",
  fix: "write the partition, Region and account as they are, or *, and narrow with a condition such as aws:ResourceAccount",
  source: "IAM user guide, IAM policy elements: Variables and tags, where you can use policy variables",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources).filter(({ text }) => text.startsWith("arn:")),
      (resource) =>
        hasVariables(resource.text.slice(0, resourceStart(resource.text)))
          ? [at(resource, `${resource.text} has a variable before its fifth colon`)]
          : [],
    ),
};
