import { derived } from "@keyferry/common";
import { jobIdOf, type JobId } from "./ids";
import type { Destination, Rule, Topology } from "./model";

/** One image into one account and Region. */
export interface CopyJob {
  readonly id: JobId;
  readonly rule: Rule;
  readonly to: Destination;
}

/** Every copy job of a topology, those included whose copy is made to be shared. */
export const copyJobs = derived((topology: Topology): readonly CopyJob[] =>
  topology.rules.flatMap((rule) =>
    rule.to.map((to) => jobOf(to.shares === undefined ? rule : unpublished(rule), to)),
  ),
);

/** Every account and Region that launches from an image of another account, which shares it. */
export const shareJobs = derived((topology: Topology): readonly CopyJob[] =>
  topology.rules.flatMap((rule) => rule.to.flatMap(({ shares = [] }) => shares.map((to) => jobOf(rule, to)))),
);

/** Every account and Region in which an image arrives, as a copy or as a share: where it is published and launched. */
export const arrivals = derived((topology: Topology): readonly CopyJob[] => [
  ...copyJobs(topology).filter(({ to }) => to.shares === undefined),
  ...shareJobs(topology),
]);

/** Whether a copy job leaves the account in which its image was made. */
export function leavesAccount(job: CopyJob): boolean {
  return job.rule.from.account.id !== job.to.account.id;
}

/** Whether a copy job goes through an object in S3, for which nothing is shared. */
export function isStored({ to }: Pick<CopyJob, "to">): boolean {
  return to.route === "store-restore";
}

/** Whether the snapshots of an image are copied one by one, and an image is registered of the copies. */
export function isRegistered({ to }: Pick<CopyJob, "to">): boolean {
  return to.route === "register-image";
}

/** Whether something is shared with another account so that a job can be carried. */
export function isSharedOnWay(job: CopyJob): boolean {
  return leavesAccount(job) && !isStored(job);
}

function jobOf(rule: Rule, to: Destination): CopyJob {
  return { id: jobIdOf(rule, to), rule, to };
}

/** A copy that is made to be shared is published where it is launched, not where it is. */
const unpublished = derived((rule: Rule): Rule => {
  const { publishTo, ...rest } = rule;
  return publishTo === undefined ? rule : rest;
});
