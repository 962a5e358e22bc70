import { partitionOf, roleArn } from "@keyferry/common";
import { isAwsError, type DeployerAccess } from "../../aws";
import type { Place } from "../../../topology";
import { explainAwsAnswer } from "../../engine/explain";
import { check, type Finding } from "../../engine/finding";

const say = check("deploy-roles");

/**
 * Whether an account can be accessed in the way in which Terraform accesses it. AWS returns the same error for a role that does not
 * exist and for a role that does not trust the caller, and users who only run copies need neither, so a refusal is not a failure.
 */
export async function checkDeployRole(deployer: DeployerAccess, place: Place): Promise<Finding> {
  const { account, region } = place;
  const subject = `account ${account.name}`;
  try {
    return say.passed(subject, `accessed for deployments as ${await deployer.identity(place).callerArn()}`);
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const { reason } = explainAwsAnswer(error);
    if (account.deployRole === undefined) return say.unknown(subject, reason, undefined, account.id);
    const arn = roleArn(partitionOf(region), account.id, account.deployRole);
    return say.unknown(
      subject,
      `Terraform cannot access it: ${reason}`,
      `account ${account.id} must have the role ${arn}, which trusts the principal that deploys and has the permissions of docs/deploy-role.md; if the role has another name, set accounts.${account.name}.deployRole`,
      account.id,
    );
  }
}
