import { must } from "../core/must";
import { derived, isOptInRegion } from "@keyferry/common";
import { copyJobs, type CopyJob } from "./jobs";
import type { Rule, Place, Topology } from "./model";

/**
 * A Region in which several accounts receive an image. One transfer can serve all of them, as a transit copy of the source's
 * own account, from which each account copies within the Region. Whether it is used is decided for each image; the key and
 * the permissions for it are part of the foundation.
 */
export interface SharedTransfer {
  readonly rule: Rule;
  /** The place of the transit copy: the source's account, in the Region of the destinations. */
  readonly place: Place;
  /** The copy jobs that it serves, at least two. */
  readonly jobs: readonly CopyJob[];
}

/** Every shared transfer that a topology allows. */
export function sharedTransfers(topology: Topology): readonly SharedTransfer[] {
  return [...transfersById(topology).values()];
}

/** The shared transfer that can serve a copy job; undefined if there is none. */
export function sharedTransferOf(topology: Topology, job: CopyJob): SharedTransfer | undefined {
  return transfersById(topology).get(idOf(job));
}

/** Every place in which transit copies of an image can exist, for every path that it can take. */
export function transitPlaces(topology: Topology, rule: Rule): readonly Place[] {
  const shared = sharedTransfers(topology).filter((transfer) => transfer.rule.name === rule.name);
  return [rule.from, ...shared.map(({ place }) => place)];
}

/**
 * Whether a shared transfer is worthwhile. A copy within a Region takes about as long as one across Regions, so it costs
 * one more copy in sequence, and saves all transfers except one, regardless of the size of the image. It
 * costs nothing if the image needs a transit copy anyway; otherwise it must save at least two transfers.
 */
export function pays(transfer: SharedTransfer, needsTransit: boolean): boolean {
  return needsTransit || transfer.rule.sharedTransfers === "always" || transfer.jobs.length > 2;
}

/** Regions in which several accounts receive an image, but into which no transfer may be shared. */
export function unsharedRegions(
  topology: Topology,
  rule: Rule,
): readonly { readonly region: string; readonly jobs: readonly CopyJob[] }[] {
  const jobs = copyJobs(topology).filter((job) => job.rule.name === rule.name);
  return [...wantedTwice(jobs.filter((job) => crosses(job) && !isPossible(job))).values()].map((group) => ({
    region: must(group[0], "a transfer that is wanted twice").to.region,
    jobs: group,
  }));
}

const transfersById = derived((topology: Topology): ReadonlyMap<string, SharedTransfer> => {
  const possible = copyJobs(topology).filter((job) => crosses(job) && isPossible(job));
  const transfers = new Map<string, SharedTransfer>();
  for (const [id, jobs] of wantedTwice(possible)) {
    const [job] = jobs;
    if (job === undefined) continue;
    const place = { account: job.rule.from.account, region: job.to.region };
    transfers.set(id, { rule: job.rule, place, jobs });
  }
  return transfers;
});

/** Groups of several jobs that copy the same image into the same Region. */
function wantedTwice(jobs: readonly CopyJob[]): ReadonlyMap<string, readonly CopyJob[]> {
  const groups = new Map<string, CopyJob[]>();
  for (const job of jobs) {
    const group = groups.get(idOf(job));
    if (group === undefined) groups.set(idOf(job), [job]);
    else group.push(job);
  }
  return new Map([...groups].filter(([, group]) => group.length > 1));
}

/** A copy through S3 cannot use a shared transfer. */
function crosses({ rule, to }: CopyJob): boolean {
  return to.region !== rule.from.region && to.route !== "store-restore";
}

/** Only the user knows whether the source's account has enabled an opt-in Region. */
function isPossible({ rule, to }: CopyJob): boolean {
  if (rule.sharedTransfers === "never") return false;
  return rule.sharedTransfers === "always" || !isOptInRegion(to.region);
}

function idOf({ rule, to }: CopyJob): string {
  return `${rule.name} ${to.region}`;
}
