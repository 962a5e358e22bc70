import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { deployPolicy, proofTarget, renderPolicy, type DeployAccess } from "../../../policy";
import { bucketDeclarations } from "../../../topology/buckets/access";
import { replications, runnerAccess, topologyBuckets, type Topology } from "../../../topology";
import type { Rehearsal } from "./rehearsal";

/** The deploy role of an account may do what docs/deploy-role.md says, and no more. */
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
      | keyof Buckets
      | "launchGrants"
      | "rotatesKeys"
      | "auditsKeys"
      | "rekeys"
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
    ...bucketsOf(topology, account),
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

type Buckets = Required<
  Pick<DeployAccess, "buckets" | "replicatedBuckets" | "bucketsWithEvents" | "bucketsWithObjectLock">
> & {
  readonly namesBuckets?: true;
};

/** Names of the buckets of an account, for its deploy role. */
export function bucketsOf(topology: Topology, account: string): Buckets {
  const made = topologyBuckets(topology).filter((one) => one.account.id === account && !one.existing);
  const replicated = replications(topology).filter(({ source }) => source.account.id === account);
  return {
    buckets: made.map(({ bucket }) => bucket),
    replicatedBuckets: replicated.map(({ source }) => source.bucket),
    bucketsWithObjectLock: bucketDeclarations(topology)
      .filter(({ key, objectLock }) => key.account === account && objectLock)
      .map(({ bucket }) => bucket),
    bucketsWithEvents: replicated
      .filter(({ source }) => source.replicationEvents !== undefined)
      .map(({ source }) => source.bucket),
    ...(topologyBuckets(topology).some((one) => one.account.id === account) ? { namesBuckets: true } : {}),
  };
}
