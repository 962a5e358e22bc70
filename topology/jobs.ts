import type { ImageDestination, ImageRule, Topology } from "./model";

/** One image into one account and Region. */
export interface CopyJob {
  /** `web -> prod eu-central-1`, unique in the topology. */
  readonly id: string;
  readonly rule: ImageRule;
  readonly to: ImageDestination;
}

const known = new WeakMap<Topology, readonly CopyJob[]>();

/** Every copy job of a topology; found once, because everything else is derived from them. */
export function copyJobs(topology: Topology): readonly CopyJob[] {
  const found = known.get(topology);
  if (found !== undefined) return found;
  const jobs = topology.images.flatMap((rule) =>
    rule.to.map((to) => ({ id: `${rule.name} -> ${to.account.name} ${to.region}`, rule, to })),
  );
  known.set(topology, jobs);
  return jobs;
}

/** Whether a copy job leaves the account in which its image was made. */
export function leavesAccount(job: CopyJob): boolean {
  return job.rule.from.account.id !== job.to.account.id;
}
