import { all, at, judge } from "../judge";
import type { Rule } from "../types";

const ARN_PARTS = 6;

export const wildcardAcrossParts: Rule = {
  id: "wildcard-across-parts",
  appliesTo: "any",
  title: "a star that reaches over parts of the ARN",
  explanation:
    "a * that ends a part of a Resource can reach over colons: in an ARN with fewer than six parts it takes the Region and the account as well, so that the statement speaks of every account's resources",
  fix: "write all six parts: arn:partition:service:region:account:resource",
  source: "IAM user guide, IAM JSON policy elements: Resource, wildcards in resource ARNs",
  check: ({ statements }) =>
    judge(
      all(statements, ({ resources }) => resources).filter(
        ({ text }) => text.startsWith("arn:") && !text.includes("${"),
      ),
      (resource) => {
        const parts = resource.text.split(":");
        // with the star at the end it is plain that everything is meant
        return parts.length < ARN_PARTS && parts.slice(0, -1).some((part) => part.endsWith("*"))
          ? [at(resource, `${resource.text} has ${parts.length} parts`)]
          : [];
      },
    ),
};
