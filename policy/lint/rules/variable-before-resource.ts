import { hasVariables, resourceStart } from "@keyferry/evaluator";
import { all, at, judge } from "../judge";
import type { Rule } from "../types";

export const variableBeforeResource: Rule = {
  id: "variable-before-resource",
  appliesTo: "any",
  title: "a policy variable in a place where AWS does not replace it",
  explanation:
    "in a Resource, AWS replaces policy variables only after the fifth colon of the ARN; before it the text matches nothing, so an Allow has no effect and a Deny denies nothing",
  fix: "write the partition, Region and account literally or as *, and add a condition on a key such as aws:ResourceAccount",
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
