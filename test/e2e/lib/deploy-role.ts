import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { deployPolicy, proofTarget, renderPolicy, type DeployAccess } from "../../../policy";
import { runnerAccess, type Topology } from "../../../topology";
import type { Rehearsal } from "./rehearsal";

/** The deploy role of an account may do what docs/deploy-role.md says, and no more. */
export async function giveDocumentedPermissions(
  cloud: Pick<Rehearsal, "admin">,
  topology: Topology,
  account: string,
  uses: Partial<
    Pick<
      DeployAccess,
      "launches" | "instanceRoles" | "deletesKeys" | "importsKeys" | "namesKeys" | "multiRegionKeys"
    >
  > = {},
): Promise<void> {
  const declared = topology.accounts.find(({ id }) => id === account);
  if (declared === undefined) throw new Error(`${topology.name} declares no account ${account}`);
  const policy = deployPolicy({
    topology: topology.name,
    partition: topology.partition,
    account,
    operatorAccount: topology.operator.id,
    runnerRole: runnerAccess(topology, declared).roleName,
    ebsDefaults: false,
    launches: false,
    deletesKeys: false,
    ...uses,
  });
  await cloud.admin(account, "us-east-1").iam.send(
    new PutRolePolicyCommand({
      RoleName: "keyferry-deploy",
      PolicyName: "deploy",
      PolicyDocument: JSON.stringify(renderPolicy(policy, proofTarget)),
    }),
  );
}
