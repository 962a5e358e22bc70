import {
  bookkeepingPath,
  copyJobs,
  sharedTransfers,
  type CopyJob,
  type ImageRule,
  type Place,
} from "../../topology";
import { pageOf } from "../engine/bookkeeping";
import type { LookContext } from "../engine/context";
import type { Hold } from "../engine/hold";
import type { Intent } from "../engine/intent";
import { describeOwner, whyFree, type LeaseKeeper, type LeaseRecord } from "../engine/lease-record";
import { placeId, uniquePlaces } from "../engine/place-id";
import type { Found } from "./leftovers";

/** What stands in a place of the books of rules that do not start there any more. */
export interface LeftBooks {
  readonly place: Place;
  /** The lease last: until then it keeps runs off. */
  readonly found: readonly Found[];
  /** The lease of a run that may live, where no rule starts any more: an earlier version of the topology is at work. */
  readonly held?: LeaseRecord;
}

/** Every account and Region of the copy jobs that are looked at, in which rules have started or may have. */
export function bookPlaces({ topology, only }: LookContext): readonly Place[] {
  const isMeant = (job: CopyJob) => only?.includes(job) ?? true;
  return uniquePlaces([
    ...copyJobs(topology)
      .filter(isMeant)
      .flatMap(({ rule, to }) => [rule.from, to]),
    ...sharedTransfers(topology)
      .filter(({ jobs }) => jobs.some(isMeant))
      .map(({ place }) => place),
  ]);
}

/** The rules whose books belong into a place. */
export function rulesStartingIn({ topology }: LookContext, place: Place): readonly ImageRule[] {
  return topology.images.filter(({ from }) => placeId(from) === placeId(place));
}

/**
 * Looks through the books of a place by their path, because the names of rules that the topology has dropped are not
 * known. Only records that can be read as ours count; what else lies there is somebody's.
 */
export async function leftBooks(
  context: LookContext,
  place: Place,
  keeper: Pick<LeaseKeeper, "clock" | "me" | "isAlive">,
): Promise<LeftBooks> {
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
  const record = lease === undefined ? undefined : pageOf<LeaseRecord>(lease.value);
  if (here.length > 0 || lease === undefined || record?.owner === undefined) return { place, found: records };
  const free = whyFree(record, keeper, context.aws.now());
  if (free === undefined) return { place, found: [], held: record };
  const because = `no image starts here any more; ${describeOwner(record.owner)} has ended without giving it back: ${free}`;
  return { place, found: [...records, leftover("lease", lease.name, because)] };

  function leftover(kind: "intent" | "rollback" | "lease", id: string, because: string): Found {
    return { kind, id, place, because, remove: () => parameters.delete(id) };
  }
}

function isRecordOf(page: string, value: string): page is "intent" | "rollback" {
  if (page === "intent") return typeof pageOf<Intent>(value)?.sourceImageId === "string";
  return page === "rollback" && typeof pageOf<Hold>(value)?.heldBack === "string";
}

function whyLeft({ topology }: LookContext, rule: string): string {
  const moved = topology.images.find(({ name }) => name === rule)?.from;
  if (moved === undefined) return `the topology has no image ${rule} any more`;
  return `${rule} starts in ${moved.account.name} ${moved.region} now`;
}
