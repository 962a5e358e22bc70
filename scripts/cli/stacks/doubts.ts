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

/** What no deployment has made. */
export interface NeverMade {
  readonly keys: readonly RememberedKey[];
  readonly buckets: readonly RememberedBucket[];
}

/**
 * Settles what became of keys and buckets whose place has left before a deployment was seen to make them: its apply may have failed, or
 * have been killed, before or after the key was made. One that Terraform's state holds was made, and is remembered for good; one
 * that neither the state nor AWS knows never was, and is forgotten by a deployment. A bucket is forgotten where the state does not
 * hold it: its name may be somebody else's. What cannot be read stays in doubt.
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
  /** What the state of an account's stack holds; undefined where it cannot be read. */
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
      `${alias} in ${account} ${region} was never made: an earlier deployment ended before that. It is left out`,
    );
  for (const { bucket, account, region } of bucketsNeverMade)
    host.err(
      `the bucket ${bucket} in ${account} ${region} was never made: an earlier deployment ended before that. It is left out`,
    );
  return { keys: neverMade, buckets: bucketsNeverMade };
}

function ownerOf({ accounts }: LockedTopology, id: string): LockedAccount {
  const owner = accounts.find(({ account }) => account.id === id);
  if (owner === undefined) throw new TypeError(`the lock has something of ${id}, and no such account`);
  return owner;
}

function stackOf({ account, declared, stateName }: LockedAccount, layer: StackLayer): string {
  return declared ? stackName(layer, account.name) : droppedStackName(layer, stateName);
}

function holds({ resources }: StateView, key: RememberedKey): boolean {
  return resources.some((address) => address.startsWith(addressOf(key)));
}

/** Where Terraform has a key, but for the hash that the framework adds to the ids of constructs. */
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

/** The framework leaves characters out of a construct's id, and adds a hash to it. */
function holdsBucket({ resources }: StateView, { bucket }: RememberedBucket): boolean {
  const id = bucket.replace(/[^\w-]/g, "");
  return resources.some((address) => address.startsWith(`aws_s3_bucket.bucket-${id}_`));
}

/** An alias is made directly after its key, so a key that lost its state can be found by it. */
async function isUnknownToAws(describe: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await describe()) === undefined;
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return false;
  }
}
