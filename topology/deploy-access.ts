import { formatArn } from "@keyferry/common";
import { uniqueBy } from "../core/unique-by";
import type { DeployAccess } from "../policy/deploy-access";
import { replications, topologyBuckets } from "./buckets/access";
import { arrivals } from "./jobs";
import type { LockedAccount, LockedTopology } from "./lock/merge";
import { autoJobs } from "./lock/routes";
import type { Account, Topology } from "./model";

/** Commands that also use the deploy role, with permissions that Terraform does not need. */
export type DeployerUses = Pick<DeployAccess, "adopts" | "rotatesKeys" | "auditsKeys" | "importsKeys"> & {
  readonly deletesKeys?: boolean;
};

/**
 * What the deploy role of an account deploys: the declared resources, and those that the lock file records and Terraform keeps or removes.
 * The role of an instance profile is assumed to have the profile's name, as the console creates it.
 * @param uses which commands also use the role. @default - only Terraform
 */
export function deployAccess(
  locked: LockedTopology,
  account: LockedAccount,
  uses: DeployerUses = {},
): DeployAccess {
  const { topology } = locked;
  const { state } = topology;
  const { id, runnerRole, ebsDefaults } = account.account;
  const launched = arrivals(topology).flatMap(({ to }) =>
    to.account.id === id && to.launch !== undefined ? [to.launch] : [],
  );
  const buckets = account.buckets.filter((bucket) => bucket.state !== "released");
  const replicated = replications(topology).flatMap(({ source }) =>
    source.account.id === id ? [source] : [],
  );
  const named = account.keys.flatMap((key) => key.named ?? []);
  return {
    topology: topology.name,
    partition: account.partition,
    account: id,
    operatorAccount: topology.operator.id,
    runnerRole,
    ebsDefaults: ebsDefaults === true,
    launches: account.stacks.includes("consumers"),
    instanceRoles: [...new Set(launched.flatMap(({ instanceProfile }) => instanceProfile ?? []))].sort(),
    buckets: buckets.map(({ bucket }) => bucket),
    bucketsWithObjectLock: buckets.filter(({ objectLock }) => objectLock).map(({ bucket }) => bucket),
    replicatedBuckets: replicated.map(({ bucket }) => bucket),
    bucketsWithEvents: replicated
      .filter(({ replicationEvents }) => replicationEvents !== undefined)
      .map(({ bucket }) => bucket),
    ...(topologyBuckets(topology).some((bucket) => bucket.account.id === id) ? { namesBuckets: true } : {}),
    namesKeys: named.length > 0 || account.keys.some(({ generation }) => generation !== undefined),
    multiRegionKeys: named.some(({ primaryRegion }) => primaryRegion !== undefined),
    ...(account.imageBuckets === true || mayNeedImageBuckets(topology, id) ? { imageBuckets: true } : {}),
    ...launchGrantsOf(locked, account),
    ...(state.kind === "s3" && state.account.id === id ? { stateBucket: state.bucket } : {}),
    ...uses,
    deletesKeys: uses.deletesKeys === true,
  };
}

/** Whether a plan may choose a route through S3 from or into an account: the deploy role is created before the choice. */
function mayNeedImageBuckets(topology: Topology, id: string): boolean {
  return autoJobs(topology).some(({ rule, to }) => [rule.from.account.id, to.account.id].includes(id));
}

/** The accounts that a deployment uses: those with stacks, and the account of the bucket for Terraform's state. */
export function deployedAccounts({ topology, accounts }: LockedTopology): readonly LockedAccount[] {
  const { partition, state } = topology;
  if (state.kind === "local" || accounts.some(({ account }) => account.id === state.account.id))
    return accounts;
  return [...accounts, accountWithoutStacks(state.account, partition)];
}

/** An account in which nothing is, or ever was, deployed. */
export function accountWithoutStacks(account: Account, partition: string): LockedAccount {
  return { account, partition, declared: true, stateName: account.name, stacks: [], keys: [], buckets: [] };
}

/** The ids of the keys are not known before they are created; `kms:GranteePrincipal` limits the grants on them. */
function launchGrantsOf(
  { accounts }: LockedTopology,
  { account, partition }: LockedAccount,
): Pick<DeployAccess, "launchGrants"> {
  const granted = accounts.flatMap(({ keys }) =>
    keys.flatMap(({ declaration, named }) =>
      (named?.launchGrants ?? [])
        .filter((grant) => grant.account.id === account.id)
        .map(({ grantee }) => ({ declaration, grantee })),
    ),
  );
  if (granted.length === 0) return {};
  const keyArns = granted.map(({ declaration: { region, account: owner } }) =>
    formatArn({ partition, service: "kms", region, account: owner, resource: "key/*" }),
  );
  const grantees = uniqueBy(
    granted.map(({ grantee }) => grantee),
    ({ awsServiceName, customSuffix = "" }) => `${awsServiceName} ${customSuffix}`,
  );
  return { launchGrants: { keyArns: [...new Set(keyArns)].sort(), grantees } };
}
