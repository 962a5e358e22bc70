import { all, at, judge } from "../judge";
import { coversAction } from "../actions";
import { namesService } from "../statement";
import type { Rule } from "../types";

const ACL_ACTIONS = ["s3:PutBucketAcl", "s3:PutObjectAcl", "s3:PutObjectVersionAcl"];

export const s3AclAction: Rule = {
  id: "s3-acl-action",
  appliesTo: ["identity", "bucket"],
  title: "a permission to change access control lists",
  explanation:
    'buckets are made with "Bucket owner enforced": lists are off, the owner owns every object, and this action only serves to give objects away where lists are on again',
  fix: "remove the action; replication with another account as owner needs s3:ObjectOwnerOverrideToBucketOwner instead",
  source: "Amazon S3 user guide, Controlling ownership of objects and disabling ACLs for your bucket",
  check: ({ statements }) =>
    judge(
      all(
        statements.filter(({ allows }) => allows),
        ({ actions }) => actions,
      ).filter(({ text }) => namesService(text, "s3") && !text.includes("*")),
      (action) =>
        ACL_ACTIONS.some((acl) => coversAction(action.text, acl))
          ? [at(action, `${action.text} is allowed`)]
          : [],
    ),
};
