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
 * Takes a lease away from the run that holds it, for nobody: the run finds that out before its next change at the latest when
 * it has to ask again, and until then nobody else begins. A machine that sleeps meanwhile breaks nobody else's lease: it looks
 * again before it writes, and puts back what it has written over too late.
 * @returns from when on another run may take it, by AWS's time; undefined when it was given back or taken over meanwhile
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
  // No host has this name, so that nobody takes it for that of a dead process of theirs.
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

/** The lease as it is now; undefined where the run does not hold it any more. */
async function heldNow(ruleState: RuleState, { owner }: LeaseRecord): Promise<LeaseRecord | undefined> {
  const page = await openStateParameter(ruleState.lease);
  const record = page === undefined ? undefined : leaseOf(page.value);
  return record?.owner.run === owner.run ? record : undefined;
}

/** Whether it was the run's lease that was written over; anything else is put back. Parameter Store keeps what was replaced. */
async function hasReplaced(ruleState: RuleState, held: LeaseRecord, broken: LeaseRecord): Promise<boolean> {
  const { parameters, name } = ruleState.lease;
  const versions = await parameters.history(name);
  const isMine = (text: string) => leaseOf(text)?.owner.run === broken.owner.run;
  const replaced = versions.findLast(({ value }) => !isMine(value));
  if (replaced !== undefined && leaseOf(replaced.value)?.owner.run === held.owner.run) return true;
  const last = versions.at(-1);
  // Whoever has written since has taken it.
  if (last === undefined || !isMine(last.value)) return replaced !== undefined;
  if (replaced === undefined) await removeStateParameter(ruleState.lease);
  else await overwriteStateParameter(ruleState.lease, leaseOf(replaced.value));
  return false;
}

function takenOver({ lease }: RuleState): KeyferryError {
  return new KeyferryError(`the lease ${lease.name} was given back or taken over meanwhile`, {
    code: "LeaseLost",
    source: "tool",
  });
}
