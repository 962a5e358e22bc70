import { formatArn } from "@keyferry/common";
import type { PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";

/** The permission table, part three: who may assume the runner role. */
export const RUNNER_TRUST_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  {
    id: "OperatorMayRun",
    actions: ["sts:AssumeRole"],
    basis: "enforced",
    why: "the script runs in the operator account, whose IAM decides which principals may run it",
    source: "IAM user guide, How to use trust policies with IAM roles",
    grant: (access) => ({
      principal: { AWS: [formatArn(operatorRoot(access))] },
      ...(access.externalId === undefined
        ? {}
        : { conditions: { StringEquals: { "sts:ExternalId": [access.externalId] } } }),
    }),
  },
];

function operatorRoot(access: RunnerAccess) {
  return {
    partition: access.partition,
    service: "iam",
    region: "",
    account: access.operatorAccount,
    resource: "root",
  };
}
