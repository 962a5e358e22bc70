import { parseArn } from "@keyferry/common";
import { splitAction } from "../actions";
import { S3_BUCKET_ACTIONS, S3_OBJECT_ACTIONS } from "../actions/s3";
import { all, at, judge, type Located } from "../judge";
import type { Rule } from "../types";

interface Subject {
  readonly action: Located;
  readonly on: "a bucket" | "objects";
}

export const s3ActionResource: Rule = {
  id: "s3-action-resource",
  appliesTo: ["identity", "bucket"],
  title: "an S3 action on the wrong kind of resource",
  explanation:
    "actions on buckets need the ARN of the bucket, actions on objects the ARN of the bucket with /key; a statement with the wrong kind of ARN never permits the action",
  fix: "write separate statements: the ARN of the bucket for s3:ListBucket and similar actions, the ARN with /* for actions on objects",
  source: "Service authorization reference, Resource types defined by Amazon S3",
  check: ({ statements }) =>
    judge(
      all(statements, ({ actions }) => actions).flatMap((action): readonly Subject[] => {
        const { service, name } = splitAction(action.text);
        if (service !== "s3" || action.statement.resources.length === 0) return [];
        if (S3_BUCKET_ACTIONS.includes(name)) return [{ action, on: "a bucket" }];
        return S3_OBJECT_ACTIONS.includes(name) ? [{ action, on: "objects" }] : [];
      }),
      ({ action, on }) =>
        resourcesOf(action).some((resource) => canBe(resource, on))
          ? []
          : [at(action, `${action.text} acts on ${on}, but the statement has no such resource`)],
    ),
};

function resourcesOf({ statement }: Located): readonly string[] {
  return statement.resources.map(({ text }) => text);
}

/** Access points and ARNs that are not S3 ARNs are left to other rules. */
function canBe(resource: string, on: Subject["on"]): boolean {
  const arn = parseArn(resource);
  if (arn?.service !== "s3" || arn.region !== "" || resource.includes("${")) return true;
  return on === "a bucket" ? !arn.resource.includes("/") : /[/*]/.test(arn.resource);
}
