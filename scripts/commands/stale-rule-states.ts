import {
  bookkeepingPath,
  copyJobs,
  shareJobs,
  sharedTransfers,
  type CopyJob,
  type Rule,
  type Place,
} from "../../topology";
import { parseStateParameter } from "../engine/rule-state";
import type { ReadContext } from "../engine/context";
import type { Hold } from "../engine/hold";
import type { Intent } from "../engine/intent";
import { describeOwner, takeoverReason, type LeaseKeeper, type LeaseRecord } from "../engine/lease-record";
import { placeId, uniquePlaces } from "../engine/place-id";
import type { Found } from "./leftovers";

/** The state, in one place, of rules that do not start there any more. */
export interface StaleRuleStates {
  readonly place: Place;
  /** The lease comes last: until then it keeps runs out. */
  readonly found: readonly Found[];
  /** The lease of a run that may still be alive where no rule starts any more: it uses an earlier version of the topology. */
  readonly held?: LeaseRecord;
}

/** Every account and Region of the examined copy jobs in which rules started or may have started. */
export function ruleStatePlaces({ topology, only }: ReadContext): readonly Place[] {
  const isMeant = (job: CopyJob) => only?.includes(job) ?? true;
  return uniquePlaces([
    ...[...copyJobs(topology), ...shareJobs(topology)]
      .filter(isMeant)
      .flatMap(({ rule, to }) => [rule.from, to]),
    ...sharedTransfers(topology)
      .filter(({ jobs }) => jobs.some(isMeant))
      .map(({ place }) => place),
  ]);
}

/** The rules whose state is stored in a place. */
export function rulesStartingIn({ topology }: ReadContext, place: Place): readonly Rule[] {
  return topology.rules.filter(({ from }) => placeId(from) === placeId(place));
}

/**
 * Finds the state of rules in a place by its path, because the names of rules that were removed from the topology are not
 * known. Only parameters that can be parsed as Keyferry's records count; all others belong to someone else.
 */
export async function staleRuleStates(
  context: ReadContext,
  place: Place,
  keeper: Pick<LeaseKeeper, "clock" | "me" | "isAlive">,
): Promise<StaleRuleStates> {
  const path = bookkeepingPath(context.topology.name);
  const parameters = context.aws.parameters(place);
  const pages = await parameters.below(path);
  const here = rulesStartingIn(context, place);
  const records = pages.flatMap(({ name, value }): readonly Found[] => {
    const [rule = "", page = "", ...others] = name.slice(path.length + 1).split("/");
    if (!isRecordOf(page, value) || others.length > 0 || here.some((own) => own.name === rule)) return [];
    return [leftover(page, name, whyLeft(context, rule))];
  });
  const lease = pages.find(({ name }) => name === `${path}/lease`);
  const record = lease === undefined ? undefined : parseStateParameter<LeaseRecord>(lease.value);
  if (here.length > 0 || lease === undefined || record?.owner === undefined) return { place, found: records };
  const free = takeoverReason(record, keeper, context.aws.now());
  if (free === undefined) return { place, found: [], held: record };
  const because = `no image starts here any more; ${describeOwner(record.owner)} has ended without releasing it: ${free}`;
  return { place, found: [...records, leftover("lease", lease.name, because)] };

  function leftover(kind: "intent" | "rollback" | "lease", id: string, because: string): Found {
    return { kind, id, place, because, remove: () => parameters.delete(id) };
  }
}

function isRecordOf(page: string, value: string): page is "intent" | "rollback" {
  if (page === "intent") return typeof parseStateParameter<Intent>(value)?.sourceImageId === "string";
  return page === "rollback" && typeof parseStateParameter<Hold>(value)?.heldBack === "string";
}

function whyLeft({ topology }: ReadContext, rule: string): string {
  const moved = topology.rules.find(({ name }) => name === rule)?.from;
  if (moved === undefined) return `the topology has no rule ${rule} any more`;
  return `${rule} starts in ${moved.account.name} ${moved.region} now`;
}
