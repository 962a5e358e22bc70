import { all, at, judge } from "../judge";
import type { Rule } from "../types";

export const keyPolicyResource: Rule = {
  id: "key-policy-resource",
  appliesTo: ["key"],
  title: "a key policy's Resource is not *",
  explanation:
    'in a key policy Resource "*" means "this key"; a statement with any other Resource is accepted and never takes effect',
  fix: 'write "Resource": "*"',
  source: "KMS developer guide, Key policies: elements in a key policy",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources),
      (resource) => (resource.text === "*" ? [] : [at(resource, `Resource is ${resource.text}`)]),
    ),
};
