import { KeyferryError } from "../../core/errors";
import { checkingAttempts } from "../aws";
import {
  openStateParameter,
  overwriteStateParameter,
  removeStateParameter,
  type RuleState,
} from "./rule-state";
import { momentOf, secondsAtMost } from "./clock";
import { FRESH_SECONDS, isLeaseLost, trustSeconds } from "./lease";
import { leaseOf, type LeaseKeeper, type LeaseRecord } from "./lease-record";

/**
 * Takes a lease away from the run that holds it, without taking it for another run. The holder finds out when it next confirms the
 * lease before a change, and until then no other run starts. A machine that sleeps in between does not break another run's lease: it
 * checks again before it writes, and restores what it overwrote too late.
 * @returns when another run may take it, by AWS's time; undefined if it was released or taken over in the meantime
 */
export async function breakLease(
  ruleState: RuleState,
  held: LeaseRecord,
  keeper: LeaseKeeper,
): Promise<Date | undefined> {
  const at = momentOf(keeper.clock);
  const record = await heldNow(ruleState, held);
  if (record === undefined) return undefined;
  const now = ruleState.now().getTime();
  const freeAt = new Date(now + trustSeconds(keeper.settings.leaseSeconds) * 1000);
  // No host has this name, so no host mistakes it for one of its own dead processes.
  const owner = { ...keeper.me, host: `keyferry unlock on ${keeper.me.host}` };
  const number = Math.max((record.number ?? 0) + 1, now);
  const broken: LeaseRecord = {
    owner,
    expires: freeAt.toISOString(),
    since: new Date(now).toISOString(),
    number,
  };
  const unlessStale = async () => {
    if (secondsAtMost(keeper.clock, at) <= FRESH_SECONDS) return;
    if ((await heldNow(ruleState, held)) === undefined) throw takenOver(ruleState);
  };
  try {
    await checkingAttempts(unlessStale, () => overwriteStateParameter(ruleState.lease, broken));
  } catch (error) {
    if (isLeaseLost(error)) return undefined;
    throw error;
  }
  return (await hasReplaced(ruleState, held, broken)) ? freeAt : undefined;
}

/** The lease as it is now; undefined if the run does not hold it any more. */
async function heldNow(ruleState: RuleState, { owner }: LeaseRecord): Promise<LeaseRecord | undefined> {
  const page = await openStateParameter(ruleState.lease);
  const record = page === undefined ? undefined : leaseOf(page.value);
  return record?.owner.run === owner.run ? record : undefined;
}

/** Whether the overwritten value was the run's lease; anything else is restored. Parameter Store keeps what was replaced. */
async function hasReplaced(ruleState: RuleState, held: LeaseRecord, broken: LeaseRecord): Promise<boolean> {
  const { parameters, name } = ruleState.lease;
  const versions = await parameters.history(name);
  const isMine = (text: string) => leaseOf(text)?.owner.run === broken.owner.run;
  const replaced = versions.findLast(({ value }) => !isMine(value));
  if (replaced !== undefined && leaseOf(replaced.value)?.owner.run === held.owner.run) return true;
  const last = versions.at(-1);
  // The process that has written since holds it now.
  if (last === undefined || !isMine(last.value)) return replaced !== undefined;
  if (replaced === undefined) await removeStateParameter(ruleState.lease);
  else await overwriteStateParameter(ruleState.lease, leaseOf(replaced.value));
  return false;
}

function takenOver({ lease }: RuleState): KeyferryError {
  return new KeyferryError(`the lease ${lease.name} was released or taken over in the meantime`, {
    code: "LeaseLost",
    source: "tool",
  });
}
