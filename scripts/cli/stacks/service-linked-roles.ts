import { uniqueBy } from "../../../core/unique-by";
import { homeRegion, stackName, type Topology } from "../../../topology";
import { isAccessDenied, isAwsError, type DeployerAccess } from "../../aws";
import { explainAwsAnswer } from "../../engine/explain";
import type { Diagnostic } from "../../terraform/machine-output";
import type { Plan } from "../../terraform/outcome";
import type { Stack } from "../../terraform/synthesised";

/**
 * Creates the missing service-linked roles that a stack is about to give grants to: Terraform cannot safely create a role that may
 * already exist. If the deploy role is not allowed to create them, they may still exist; otherwise Terraform reports it.
 */
export function serviceLinkedRoles(
  topology: Topology,
  connect: () => DeployerAccess,
): (stack: Stack, plan: Plan) => Promise<readonly Diagnostic[]> {
  return async (stack, plan) => {
    const makesGrants = plan.changes.some(
      ({ type, action }) => type === "aws_kms_grant" && MAKES.includes(action),
    );
    const account = topology.accounts.find(({ name }) => stack.name === stackName("foundation-grants", name));
    if (!makesGrants || account === undefined) return [];
    const grants = topology.keys.flatMap(({ launchGrants }) => launchGrants);
    const roles = uniqueBy(
      grants.filter((grant) => grant.account.id === account.id).map(({ grantee }) => grantee),
      ({ awsServiceName, customSuffix }) => JSON.stringify([awsServiceName, customSuffix]),
    );
    const port = connect().roles({ account, region: homeRegion(topology) });
    const problems: Diagnostic[] = [];
    for (const { awsServiceName, customSuffix } of roles) {
      try {
        await port.createServiceLinkedRole(awsServiceName, customSuffix);
      } catch (error) {
        if (!isAwsError(error)) throw error;
        if (isAccessDenied(error)) continue;
        const { reason, fixes } = explainAwsAnswer(error);
        const summary = `the service-linked role of ${awsServiceName} could not be created in ${account.id}`;
        problems.push({ severity: "error", summary, detail: [reason, ...fixes].join("; ") });
      }
    }
    return problems;
  };
}

/** The Terraform actions that create a grant. */
const MAKES: readonly Plan["changes"][number]["action"][] = ["create", "replace"];
