import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { deployPolicy, proofTarget, renderPolicy, type DeployAccess } from "../../../policy";
import { accountWithoutStacks, deployAccess, EMPTY_LOCK, mergeLock, type Topology } from "../../../topology";
import type { Rehearsal } from "./rehearsal";

/** Gives the deploy role of an account the permissions of docs/deploy-role.md, and no others. */
export async function giveDocumentedPermissions(
  cloud: Pick<Rehearsal, "admin">,
  topology: Topology,
  account: string,
  uses: Partial<
    Pick<
      DeployAccess,
      | "launches"
      | "instanceRoles"
      | "deletesKeys"
      | "importsKeys"
      | "namesKeys"
      | "multiRegionKeys"
      | "buckets"
      | "replicatedBuckets"
      | "namesBuckets"
      | "bucketsWithObjectLock"
      | "bucketsWithEvents"
      | "launchGrants"
      | "rotatesKeys"
      | "auditsKeys"
      | "rekeys"
      | "stateBucket"
    >
  > = {},
): Promise<void> {
  const policy = deployPolicy({ ...accessOf(topology, account), ...uses });
  await cloud.admin(account, "us-east-1").iam.send(
    new PutRolePolicyCommand({
      RoleName: "keyferry-deploy",
      PolicyName: "deploy",
      PolicyDocument: JSON.stringify(renderPolicy(policy, proofTarget)),
    }),
  );
}

/** What the deploy role of an account deploys according to `keyferry bootstrap`, if nothing was deployed before. */
export function accessOf(topology: Topology, account: string): DeployAccess {
  const locked = mergeLock(topology, EMPTY_LOCK);
  const deployed = locked.accounts.find((one) => one.account.id === account);
  if (deployed !== undefined) return deployAccess(locked, deployed);
  const declared = topology.accounts.find(({ id }) => id === account);
  if (declared === undefined) throw new Error(`${topology.name} declares no account ${account}`);
  return deployAccess(locked, accountWithoutStacks(declared, topology.partition));
}
