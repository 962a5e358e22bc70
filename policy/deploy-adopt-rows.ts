import { formatArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import type { PermissionRow } from "./row";

/** What `keyferry adopt` does as the deploy role of an account; Terraform needs none of it. */
export const DEPLOY_ADOPT_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "TagAdoptedCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "copies that were made by hand get lineage tags, once they are proved to be copies of the source; what a topology has made already, and every other tag, stays as it is",
    source: "Service authorization reference, Amazon EC2; EC2 user guide, Control access using tags",
    grant: ({ adopts, partition }) =>
      adopts === true
        ? {
            resources: ["image", "snapshot"].map((kind) =>
              formatArn({ partition, service: "ec2", region: "*", account: "", resource: `${kind}/*` }),
            ),
            conditions: {
              "ForAllValues:StringLike": { "aws:TagKeys": ["keyferry:*"] },
              Null: { "aws:TagKeys": ["false"], "aws:ResourceTag/keyferry:topology": ["true"] },
            },
          }
        : undefined,
  },
];
