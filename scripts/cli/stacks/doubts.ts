import {
  copyKeyOf,
  doubtfulBuckets,
  doubtfulKeys,
  droppedStackName,
  keyLayer,
  namedKeyOf,
  stackName,
  type LockedAccount,
  type LockedTopology,
  type RememberedBucket,
  type RememberedKey,
  type StackLayer,
} from "../../../topology";
import { isAwsError } from "../../aws";
import type { StateView } from "../../terraform/state-view";
import { StackWork } from "../../terraform/work";
import type { Host } from "../host";
import type { StackOptions, StackSession } from "./session";

/** Keys and buckets that no deployment has created. */
export interface NeverMade {
  readonly keys: readonly RememberedKey[];
  readonly buckets: readonly RememberedBucket[];
}

/**
 * Finds out whether keys and buckets exist whose place left the topology before a deployment confirmed them: its apply may have failed or
 * have been killed, before or after it created them. A key in Terraform's state was created, and stays in the lock file. A key that is
 * neither in the state nor in AWS was never created, and a deployment removes it from the lock file. A bucket is removed if the state
 * does not have it: its name can belong to someone else. What cannot be read stays undecided.
 */
export async function settleDoubts(
  host: Host,
  command: string,
  options: StackOptions,
  session: StackSession,
): Promise<NeverMade> {
  const { topology, memory, stacks, parts, log, signal } = session;
  const locked = memory.read();
  const doubtful = doubtfulKeys(locked.lock, topology.name);
  const buckets = doubtfulBuckets(locked.lock, topology.name);
  if (doubtful.length + buckets.length === 0) return { keys: [], buckets: [] };
  const deployer = host.connectAsDeployer(topology, "keyferry-deploy");
  const work = new StackWork({
    surroundings: { parts, log, signal },
    stacks,
    migrateState: options.migrateState === true,
    onEvent: () => undefined,
    now: () => host.clock.now().getTime(),
  });
  const made: RememberedKey[] = [];
  const neverMade: RememberedKey[] = [];
  /** The content of the state of an account's stack; undefined if it cannot be read. */
  const held = async (owner: LockedAccount, layer: StackLayer): Promise<StateView | undefined> => {
    const stack = stacks.find(({ name }) => name === stackOf(owner, layer));
    const state = stack === undefined ? undefined : await work.stateOf(stack);
    if (stack === undefined || (state !== undefined && "state" in state)) return undefined;
    return state ?? { outputs: [], resources: [] };
  };
  for (const key of doubtful) {
    const owner = ownerOf(locked, key.account);
    const state = await held(owner, keyLayer(key.purpose));
    if (state === undefined) continue;
    if (holds(state, key)) made.push(key);
    else if (
      await isUnknownToAws(() =>
        deployer.keyLife({ account: owner.account, region: key.region }).describe(key.alias),
      )
    )
      neverMade.push(key);
  }
  const madeBuckets: RememberedBucket[] = [];
  const bucketsNeverMade: RememberedBucket[] = [];
  for (const bucket of buckets) {
    const state = await held(ownerOf(locked, bucket.account), "foundation-buckets");
    if (state !== undefined) (holdsBucket(state, bucket) ? madeBuckets : bucketsNeverMade).push(bucket);
  }
  if (command === "deploy") {
    memory.confirm(made, madeBuckets);
    memory.forget(neverMade, bucketsNeverMade);
  }
  for (const { alias, account, region } of neverMade)
    host.err(
      `${alias} in ${account} ${region} was never created: an earlier deployment ended before that. It is ignored`,
    );
  for (const { bucket, account, region } of bucketsNeverMade)
    host.err(
      `the bucket ${bucket} in ${account} ${region} was never created: an earlier deployment ended before that. It is ignored`,
    );
  return { keys: neverMade, buckets: bucketsNeverMade };
}

function ownerOf({ accounts }: LockedTopology, id: string): LockedAccount {
  const owner = accounts.find(({ account }) => account.id === id);
  if (owner === undefined)
    throw new TypeError(`the lock has a key or bucket of account ${id}, but not the account`);
  return owner;
}

function stackOf({ account, declared, stateName }: LockedAccount, layer: StackLayer): string {
  return declared ? stackName(layer, account.name) : droppedStackName(layer, stateName);
}

function holds({ resources }: StateView, key: RememberedKey): boolean {
  return resources.some((address) => address.startsWith(addressOf(key)));
}

/** Terraform's address of a key, without the hash that the framework adds to the ids of constructs. */
function addressOf({ purpose, region, primaryRegion = region, imported }: RememberedKey): string {
  const copyKey = copyKeyOf(purpose);
  if (copyKey !== undefined && copyKey.generation > 1)
    return `aws_kms_key.${copyKey.name}-${copyKey.generation}-${region}_`;
  const named = namedKeyOf(purpose);
  if (named === undefined) return `aws_kms_key.${purpose}-${region}_`;
  const id = `key-${named.name}-${named.generation}-${primaryRegion}_`;
  const isImported = imported === true;
  if (primaryRegion === region) return `${isImported ? "aws_kms_external_key" : "aws_kms_key"}.${id}`;
  return `${isImported ? "aws_kms_replica_external_key" : "aws_kms_replica_key"}.${id}replica-${region}_`;
}

/** The framework removes characters from a construct's id, and appends a hash. */
function holdsBucket({ resources }: StateView, { bucket }: RememberedBucket): boolean {
  const id = bucket.replace(/[^\w-]/g, "");
  return resources.some((address) => address.startsWith(`aws_s3_bucket.bucket-${id}_`));
}

/** An alias is created directly after its key, so a key that is missing from the state can be found by its alias. */
async function isUnknownToAws(describe: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await describe()) === undefined;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return false;
  }
}
