import {
  doubtfulKeys,
  droppedStackName,
  namedKeyOf,
  stackName,
  type LockedAccount,
  type LockedTopology,
  type RememberedKey,
} from "../../../topology";
import { isAwsError } from "../../aws";
import type { StateView } from "../../terraform/state-view";
import { StackWork } from "../../terraform/work";
import type { Host } from "../host";
import type { StackOptions, StackSession } from "./session";

/**
 * Settles what became of keys whose place has left before a deployment was seen to make them: its apply may have failed, or
 * have been killed, before or after the key was made. One that Terraform's state holds was made, and is remembered for good; one
 * that neither the state nor AWS knows never was, and is forgotten by a deployment. What cannot be read stays in doubt.
 * @returns the keys that were never made
 */
export async function settleDoubts(
  host: Host,
  command: string,
  options: StackOptions,
  session: StackSession,
): Promise<readonly RememberedKey[]> {
  const { topology, memory, stacks, parts, log, signal } = session;
  const locked = memory.read();
  const doubtful = doubtfulKeys(locked.lock, topology.name);
  if (doubtful.length === 0) return [];
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
  for (const key of doubtful) {
    const owner = ownerOf(locked, key);
    const stack = stacks.find(({ name }) => name === keysStackOf(owner));
    if (stack === undefined) continue;
    const state = await work.stateOf(stack);
    if (state !== undefined && "state" in state) continue;
    if (holds(state, key)) made.push(key);
    else if (
      await isUnknownToAws(() =>
        deployer.keyLife({ account: owner.account, region: key.region }).describe(key.alias),
      )
    )
      neverMade.push(key);
  }
  if (command === "deploy") {
    if (made.length > 0) memory.confirm(made);
    if (neverMade.length > 0) memory.forget(neverMade);
  }
  for (const { alias, account, region } of neverMade)
    host.err(
      `${alias} in ${account} ${region} was never made: an earlier deployment ended before that. It is left out`,
    );
  return neverMade;
}

function ownerOf({ accounts }: LockedTopology, key: RememberedKey): LockedAccount {
  const owner = accounts.find(({ account }) => account.id === key.account);
  if (owner === undefined) throw new TypeError(`the lock holds a key of ${key.account}, and no such account`);
  return owner;
}

function keysStackOf({ account, declared, stateName }: LockedAccount): string {
  return declared
    ? stackName("foundation-keys", account.name)
    : droppedStackName("foundation-keys", stateName);
}

function holds(state: StateView | undefined, key: RememberedKey): boolean {
  return state?.resources.some((address) => address.startsWith(addressOf(key))) === true;
}

/** Where Terraform has a key, but for the hash that the framework adds to the ids of constructs. */
function addressOf({ purpose, region, primaryRegion = region, imported }: RememberedKey): string {
  const named = namedKeyOf(purpose);
  if (named === undefined) return `aws_kms_key.${purpose}-${region}_`;
  const id = `key-${named.name}-${named.generation}-${primaryRegion}_`;
  if (primaryRegion !== region) return `aws_kms_replica_key.${id}replica-${region}_`;
  return `${imported === true ? "aws_kms_external_key" : "aws_kms_key"}.${id}`;
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
