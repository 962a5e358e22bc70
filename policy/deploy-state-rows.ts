import { formatArn } from "@keyferry/common";
import type { DeployAccess } from "./deploy-access";
import type { PermissionRow } from "./row";

const STATE = "Terraform, S3 backend, Permissions Required";

/** Terraform's state in a bucket that the topology names, for the role of the account that owns the bucket. */
export const DEPLOY_STATE_ROWS: readonly PermissionRow<DeployAccess>[] = [
  {
    id: "FindState",
    actions: ["s3:ListBucket"],
    basis: "enforced",
    why: "Terraform distinguishes a state that does not exist from one that it may not read",
    source: STATE,
    grant: ({ partition, stateBucket }) =>
      stateBucket === undefined ? undefined : { resources: [s3(partition, stateBucket)] },
  },
  {
    id: "KeepState",
    actions: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
    basis: "enforced",
    why: "Terraform reads and writes the states of the topology and their locks, and removes the locks again",
    source: STATE,
    grant: ({ partition, stateBucket, topology }) =>
      stateBucket === undefined ? undefined : { resources: [s3(partition, `${stateBucket}/${topology}/*`)] },
  },
];

function s3(partition: string, resource: string): string {
  return formatArn({ partition, service: "s3", region: "", account: "", resource });
}
