import { partitionOf, roleArn } from "@keyferry/common";
import { isAwsError, type DeployerAccess } from "../../aws";
import type { Place } from "../../../topology";
import { explainAwsAnswer } from "../../engine/explain";
import { check, type Finding } from "../../engine/finding";

const say = check("deploy-roles");

/**
 * Whether an account can be entered as Terraform enters it. AWS answers in the same words for a role that does not exist
 * and for one that does not let the caller in, and who only runs copies needs neither: so a refusal is no failure.
 */
export async function checkDeployRole(deployer: DeployerAccess, place: Place): Promise<Finding> {
  const { account, region } = place;
  const subject = `account ${account.name}`;
  try {
    return say.passed(subject, `entered for deployments as ${await deployer.identity(place).callerArn()}`);
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const { reason } = explainAwsAnswer(error);
    if (account.deployRole === undefined) return say.unknown(subject, reason, undefined, account.id);
    const arn = roleArn(partitionOf(region), account.id, account.deployRole);
    return say.unknown(
      subject,
      `Terraform cannot enter it: ${reason}`,
      `account ${account.id} must have the role ${arn}, with the trust and the permissions of docs/deploy-role.md, that lets whoever deploys in; where it has another name, accounts.${account.name}.deployRole says so`,
      account.id,
    );
  }
}
