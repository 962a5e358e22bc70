import { isRecord } from "@keyferry/common";
import { judge } from "../judge";
import type { Rule } from "../types";

const CURRENT = "2012-10-17";

export const policyVersion: Rule = {
  id: "policy-version",
  appliesTo: "any",
  title: "Version is missing or old",
  explanation:
    "without Version, AWS evaluates a policy as version 2008-10-17, in which ${aws:...} is plain text and newer features do not exist",
  fix: `write "Version": "${CURRENT}"`,
  source: "IAM user guide, IAM JSON policy elements: Version",
  check: ({ document }) =>
    judge(isRecord(document) ? [document] : [], ({ Version: version }) => {
      if (version === undefined) return [{ place: "", what: "there is no Version" }];
      return version === "2008-10-17" ? [{ place: "Version", what: "Version is 2008-10-17" }] : [];
    }),
};
