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
    'new buckets have "Bucket owner enforced": ACLs are disabled and the bucket owner owns every object; this action only lets a caller give access to objects where ACLs are enabled again',
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
