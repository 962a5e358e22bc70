import { all, at, judge } from "../judge";
import type { Rule } from "../types";

const ARN_PARTS = 6;

export const wildcardAcrossParts: Rule = {
  id: "wildcard-across-parts",
  appliesTo: "any",
  title: "a wildcard that spans parts of the ARN",
  explanation:
    "a * at the end of a part of a Resource can match across colons: in an ARN with fewer than six parts it also matches the Region and the account, so the statement covers the resources of every account",
  fix: "write all six parts: arn:partition:service:region:account:resource",
  source: "IAM user guide, IAM JSON policy elements: Resource, wildcards in resource ARNs",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources).filter(
        ({ text }) => text.startsWith("arn:") && !text.includes("${"),
      ),
      (resource) => {
        const parts = resource.text.split(":");
        // a star at the end clearly means everything
        return parts.length < ARN_PARTS && parts.slice(0, -1).some((part) => part.endsWith("*"))
          ? [at(resource, `${resource.text} has ${parts.length} parts`)]
          : [];
      },
    ),
};
