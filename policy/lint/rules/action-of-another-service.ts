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
  title: "an action of a service that this policy does not control",
  explanation:
    "a key policy controls only actions of KMS, a bucket policy only actions of S3, a trust policy only actions of STS",
  fix: "move the statement to the policy of the resource that the action acts on",
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
