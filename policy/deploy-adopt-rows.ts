import { formatArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import type { PermissionRow } from "./row";

/** What `keyferry adopt` does with the deploy role of an account; Terraform does not need it. */
export const DEPLOY_ADOPT_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "TagAdoptedCopies",
    actions: ["ec2:CreateTags"],
    basis: "enforced",
    why: "copies that were made manually get lineage tags after they are proved to be copies of the source; copies that a topology made, and all other tags, are not changed",
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
