import { derived } from "@keyferry/common";
import { jobIdOf, type JobId } from "./ids";
import type { Destination, Rule, Topology } from "./model";

/** The copy of one image into one account and Region. */
export interface CopyJob {
  readonly id: JobId;
  readonly rule: Rule;
  readonly to: Destination;
}

/** Every copy job of a topology, including copies for sharing. */
export const copyJobs = derived((topology: Topology): readonly CopyJob[] =>
  topology.rules.flatMap((rule) =>
    rule.to.map((to) => jobOf(to.shares === undefined ? rule : unpublished(rule), to)),
  ),
);

/** Every account and Region that launches from an image that another account shares. */
export const shareJobs = derived((topology: Topology): readonly CopyJob[] =>
  topology.rules.flatMap((rule) => rule.to.flatMap(({ shares = [] }) => shares.map((to) => jobOf(rule, to)))),
);

/** Every account and Region that receives an image, as a copy or a share: where it is published and launched. */
export const arrivals = derived((topology: Topology): readonly CopyJob[] => [
  ...copyJobs(topology).filter(({ to }) => to.shares === undefined),
  ...shareJobs(topology),
]);

/** Whether a copy job copies into another account than the source's. */
export function leavesAccount(job: CopyJob): boolean {
  return job.rule.from.account.id !== job.to.account.id;
}

/** Whether a copy job uses an object in S3, for which nothing is shared. */
export function isStored({ to }: Pick<CopyJob, "to">): boolean {
  return to.route === "store-restore";
}

/** Whether the snapshots of an image are copied one by one, and an image is registered from the copies. */
export function isRegistered({ to }: Pick<CopyJob, "to">): boolean {
  return to.route === "register-image";
}

/** Whether a job needs a share with another account. */
export function isSharedOnWay(job: CopyJob): boolean {
  return leavesAccount(job) && !isStored(job);
}

function jobOf(rule: Rule, to: Destination): CopyJob {
  return { id: jobIdOf(rule, to), rule, to };
}

/** A copy for sharing is published where it is launched, not where it is. */
const unpublished = derived((rule: Rule): Rule => {
  const { publishTo, ...rest } = rule;
  return publishTo === undefined ? rule : rest;
});
