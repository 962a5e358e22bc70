import { keyMeantBy } from "../ask";
import { all, at, judge } from "../judge";
import type { Rule } from "../types";

export const keyPolicyResource: Rule = {
  id: "key-policy-resource",
  appliesTo: ["key"],
  title: "the Resource in a key policy is not the key",
  explanation:
    'in a key policy Resource "*" means "this key"; KMS accepts a statement whose Resource cannot be the key, and the statement never takes effect',
  fix: 'write "Resource": "*"',
  source: "KMS developer guide, Key policies: elements in a key policy",
  check: (policy) =>
    judge(
      all(policy.statements, ({ resources }) => resources),
      (resource) =>
        resource.text === "*" || keyMeantBy(resource.text, policy) !== undefined
          ? []
          : [at(resource, `Resource is ${resource.text}`)],
    ),
};
