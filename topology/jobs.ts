import { derived } from "@keyferry/common";
import type { Destination, Rule, Topology } from "./model";

/** One image into one account and Region. */
export interface CopyJob {
  /** `web -> prod eu-central-1`, unique in the topology. */
  readonly id: string;
  readonly rule: Rule;
  readonly to: Destination;
}

/** Every copy job of a topology. */
export const copyJobs = derived((topology: Topology): readonly CopyJob[] =>
  topology.rules.flatMap((rule) =>
    rule.to.map((to) => ({ id: `${rule.name} -> ${to.account.name} ${to.region}`, rule, to })),
  ),
);

/** Whether a copy job leaves the account in which its image was made. */
export function leavesAccount(job: CopyJob): boolean {
  return job.rule.from.account.id !== job.to.account.id;
}
