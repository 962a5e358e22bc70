import { splitAction } from "../actions";
import { all, at, judge } from "../judge";
import type { PolicyKind, Rule } from "../types";

const SERVICES: Readonly<Record<PolicyKind, readonly string[]>> = {
  key: ["kms"],
  trust: ["sts"],
  bucket: ["s3", "s3-object-lambda", "s3express"],
  identity: [],
};

export const actionOfAnotherService: Rule = {
  id: "action-of-another-service",
  appliesTo: ["key", "trust", "bucket"],
  title: "an action that this resource does not know",
  explanation:
    "the policy of a key decides actions of KMS only, that of a bucket those of S3, that of a role those of STS",
  fix: "put the statement into the policy of the resource that the action is about",
  source: "IAM user guide, Identity-based policies and resource-based policies",
  check: ({ statements, kind = "identity" }) =>
    judge(
      all(statements, ({ actions }) => actions).filter(({ text }) => text.includes(":")),
      (action) =>
        SERVICES[kind].includes(splitAction(action.text).service)
          ? []
          : [at(action, `${action.text} has no effect here`)],
    ),
};
