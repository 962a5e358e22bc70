import { must } from "../core/must";
import { derived, isOptInRegion } from "@keyferry/common";
import { copyJobs, type CopyJob } from "./jobs";
import type { Rule, Place, Topology } from "./model";

/**
 * A Region that several accounts want an image in. One transfer can carry it there, as a transit copy of the source's
 * own account, and each account copies that within the Region. Whether one does is decided image by image; the key and
 * the permissions for it are part of the foundation.
 */
export interface SharedTransfer {
  readonly rule: Rule;
  /** Where the transit copy stands: the source's account, in the Region of the destinations. */
  readonly place: Place;
  /** The copy jobs that it serves, at least two. */
  readonly jobs: readonly CopyJob[];
}

/** Every shared transfer that a topology allows for. */
export function sharedTransfers(topology: Topology): readonly SharedTransfer[] {
  return [...transfersById(topology).values()];
}

/** The shared transfer that can serve a copy job; undefined where it travels alone. */
export function sharedTransferOf(topology: Topology, job: CopyJob): SharedTransfer | undefined {
  return transfersById(topology).get(idOf(job));
}

/** Every place in which transit copies of an image may stand, whichever way it turns out to need. */
export function transitPlaces(topology: Topology, rule: Rule): readonly Place[] {
  const shared = sharedTransfers(topology).filter((transfer) => transfer.rule.name === rule.name);
  return [rule.from, ...shared.map(({ place }) => place)];
}

/**
 * Whether a shared transfer pays. A copy within a Region takes about as long as one across Regions, so what it costs is
 * one more copy one after the other, and what it saves is every transfer but one, whatever the size of the image. It
 * costs nothing where the image needs a transit copy anyway, and it has to save at least two transfers where not.
 */
export function pays(transfer: SharedTransfer, needsTransit: boolean): boolean {
  return needsTransit || transfer.rule.sharedTransfers === "always" || transfer.jobs.length > 2;
}

/** Regions that several accounts want an image in, and into which no transfer may be shared. */
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

/** Jobs that carry the same image into the same Region, where there are several. */
function wantedTwice(jobs: readonly CopyJob[]): ReadonlyMap<string, readonly CopyJob[]> {
  const groups = new Map<string, CopyJob[]>();
  for (const job of jobs) {
    const group = groups.get(idOf(job));
    if (group === undefined) groups.set(idOf(job), [job]);
    else group.push(job);
  }
  return new Map([...groups].filter(([, group]) => group.length > 1));
}

/** What goes through S3 is carried by nobody else's transfer. */
function crosses({ rule, to }: CopyJob): boolean {
  return to.region !== rule.from.region && to.route !== "store-restore";
}

/** Nobody but the user knows whether the source's account has enabled a Region that AWS leaves disabled. */
function isPossible({ rule, to }: CopyJob): boolean {
  if (rule.sharedTransfers === "never") return false;
  return rule.sharedTransfers === "always" || !isOptInRegion(to.region);
}

function idOf({ rule, to }: CopyJob): string {
  return `${rule.name} ${to.region}`;
}
