import { byValue, derived } from "@keyferry/common";
import type { KeyReference } from "../../policy/document";
import { namedKeyReference } from "../../policy/key-name";
import type { ProofCall } from "../../policy/proof";
import { declaredKind } from "../../kinds/declared";
import { endKey } from "../access";
import { copyJobs, isRegistered, isStored, leavesAccount, shareJobs, type CopyJob } from "../jobs";
import { isRolledOut } from "../launch/launch";
import type { Rule, Topology } from "../model";
import { volumeKeys } from "../registered-access";
import { sharedTransferOf } from "../shared-transfers";
import { sharedImagesKey, sourceKeyAliases } from "../shares";
import { wayOf } from "../ways";
import { replicateCalls } from "./replicate-role";
import { bucketJobs, replicationJobs } from "./replication-calls";
import { namedKeyJobs } from "./named-key-calls";
import { storedCalls } from "./stored-calls";
import { callGroups, type CallGroup, type CallGroups } from "./call-groups";

/** A copy job and every call that it can make, for every path that its image can take. */
export interface JobCalls {
  readonly job: CopyJob;
  /** Its calls, grouped by purpose; jobs with the same calls share the group. */
  readonly groups: readonly CallGroup[];
}

/** A unit of the proof: a copy job, the replication of one bucket into another, or the use of a bucket by its own account. */
export interface ProvedJob {
  readonly job: { readonly id: string };
  readonly groups: readonly CallGroup[];
}

/** The calls of every copy job, of every replication, of every bucket's own account, and of the users of named keys. */
export function provedJobs(topology: Topology): readonly ProvedJob[] {
  return [
    ...jobCalls(topology),
    ...replicationJobs(topology),
    ...bucketJobs(topology),
    ...replicateCalls(topology),
    ...namedKeyJobs(topology),
  ];
}

/** The calls of every copy job. */
export function jobCalls(topology: Topology): readonly JobCalls[] {
  const groups = callGroups(topology);
  const declaredBy = derived((rule: Rule) =>
    sourceKeyAliases(topology, rule).map((alias) =>
      groups.key(namedKeyReference(rule.from.account.id, rule.from.region, alias)),
    ),
  );
  const onWay = byValue(
    (job: CopyJob) => groupsOnWay(topology, job, groups, declaredBy(job.rule)),
    (job) => wayOf(topology, job),
  );
  return [
    ...copyJobs(topology).map((job) => ({
      job,
      groups: [...onWay(job), ...groupsOfRule(job, groups)],
    })),
    ...shareJobs(topology).map((job) => ({ job, groups: groupsOfShare(topology, job, groups) })),
  ];
}

/** The different calls of some jobs, each once. */
export function distinctCalls(jobs: readonly ProvedJob[]): readonly ProofCall[] {
  return [...new Set(jobs.flatMap(({ groups }) => groups))].flat();
}

/**
 * The groups that a job has in common with all jobs of the same path.
 * @param declared keys that the source may be under
 */
function groupsOnWay(
  topology: Topology,
  job: CopyJob,
  groups: CallGroups,
  declared: readonly KeyReference[],
): readonly CallGroup[] {
  if (isStored(job)) return groupsThroughS3(topology, job, groups, declared);
  const { rule } = job;
  const from = groups.at(rule.from);
  const to = groups.at(job.to);
  const leaves = leavesAccount(job);
  const all: readonly CallGroup[] = [
    groups.in(rule.from.account).enter(),
    groups.in(job.to.account).enter(),
    from.of(rule.kind).look(),
    from.settings(),
    from.listAliases(),
    from.tidy(),
    to.tidy(),
    ...to.copy(
      rule.kind,
      rule.from,
      leaves ? [from.transit] : declared,
      groups.key(endKey(topology, job.to)),
      howOf(job),
    ),
    ...(isRegistered(job) ? [from.of(rule.kind).readParts()] : []),
    ...volumeKeys(topology, job.to).flatMap((key) => to.under(rule.kind, groups.key(key))),
    ...(leaves
      ? [...from.copy(rule.kind, rule.from, declared, from.transit), from.of(rule.kind).share()]
      : []),
    ...sharedGroups(topology, job, groups, declared),
    ...ofSourceAccount(rule, declared).map(from.readKey),
    to.of(rule.kind).finish(),
    ...groups.in(rule.from.account).defaultKeys(),
    ...groups.in(job.to.account).defaultKeys(),
  ];
  return [...new Set(all)];
}

/** The policies of other accounts' keys cannot be read. */
function ofSourceAccount({ from }: Rule, keys: readonly KeyReference[]): readonly KeyReference[] {
  return keys.filter(({ account }) => account === from.account.id);
}

/** An image that is copied as an object: neither account uses a key of the other. */
function groupsThroughS3(
  topology: Topology,
  job: CopyJob,
  groups: CallGroups,
  declared: readonly KeyReference[],
): readonly CallGroup[] {
  const { rule } = job;
  const sender = groups.in(rule.from.account);
  const from = groups.at(rule.from);
  const to = groups.at(job.to);
  return [
    sender.enter(),
    groups.in(job.to.account).enter(),
    from.of(rule.kind).look(),
    from.settings(),
    from.listAliases(),
    from.tidy(),
    to.tidy(),
    sender.readRole(),
    ...ofSourceAccount(rule, declared).map(from.readKey),
    ...declared.map(sender.sourceKey(declaredKind(rule).keysThrough)),
    ...storedCalls(topology, job),
    ...to.copy(rule.kind, job.to, [], groups.key(endKey(topology, job.to))),
    to.of(rule.kind).finish(),
    ...sender.defaultKeys(),
    ...groups.in(job.to.account).defaultKeys(),
  ];
}

/** The groups of a job for its rule, and for the settings of its destination. */
function groupsOfRule({ rule, to }: CopyJob, groups: CallGroups): readonly CallGroup[] {
  const there = groups.at(to);
  const all: CallGroup[] = [groups.at(rule.from).book(rule.name)];
  if (to.deregistrationProtection !== undefined) all.push(there.of(rule.kind).protect());
  if (to.keep !== undefined) all.push(there.of(rule.kind).lookForUses());
  if (rule.publishTo !== undefined) all.push(there.publish(rule.publishTo));
  if (to.launch !== undefined) all.push(there.launch());
  if (isRolledOut(to.launch)) all.push(there.refresh(rule.name));
  return all;
}

/** An image that its account shares, and from which another account launches. */
function groupsOfShare(topology: Topology, { rule, to }: CopyJob, groups: CallGroups): readonly CallGroup[] {
  const owner = groups.at({ account: rule.from.account, region: to.region });
  const there = groups.at(to);
  const all: CallGroup[] = [
    groups.in(rule.from.account).enter(),
    groups.in(to.account).enter(),
    groups.in(to.account).readRole(),
    groups.at(rule.from).book(rule.name),
    owner.of(rule.kind).letLaunch(),
    owner.readKey(groups.key(sharedImagesKey(topology, { account: rule.from.account, region: to.region }))),
    there.of(rule.kind).seeShared(),
    there.settings(),
    there.tidy(),
    ...groups.in(to.account).defaultKeys(),
  ];
  if (to.volumesUnder !== "source-key") all.push(there.launchUnder(), there.readKey(there.home));
  if (to.launchedBy?.services.includes("autoscaling.amazonaws.com") === true)
    all.push(there.autoScalingRole());
  if (to.keep !== undefined) all.push(there.of(rule.kind).lookForUses());
  if (rule.publishTo !== undefined) all.push(there.publish(rule.publishTo));
  if (to.launch !== undefined) all.push(there.launchLooks());
  if (isRolledOut(to.launch)) all.push(there.refresh(rule.name));
  return all;
}

/** The same job with a shared transfer: from the transit copy that one transfer has made in the Region for several accounts. */
function sharedGroups(
  topology: Topology,
  job: CopyJob,
  groups: CallGroups,
  declared: readonly KeyReference[],
): readonly CallGroup[] {
  const transfer = sharedTransferOf(topology, job);
  if (transfer === undefined) return [];
  const { kind } = job.rule;
  const from = groups.at(job.rule.from);
  const between = groups.at(transfer.place);
  const to = groups.at(job.to);
  return [
    ...between.copy(kind, job.rule.from, [...declared, from.transit], between.transit),
    between.of(kind).share(),
    between.tidy(),
    ...to.copy(kind, transfer.place, [between.transit], groups.key(endKey(topology, job.to)), howOf(job)),
  ];
}

/** How the destination makes its copy. */
function howOf(job: CopyJob): "asWhole" | "inParts" {
  return isRegistered(job) ? "inParts" : "asWhole";
}
