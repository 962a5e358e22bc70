import { must } from "../../core/must";
import { isAwsError, type RefreshView } from "../aws";
import { nextTick } from "../engine/clock";
import type { StepContext } from "../engine/context";
import { explainLaunch } from "../engine/explain";
import { isBeingReplaced } from "../engine/group-state";
import type { GroupRollout, GroupStatus } from "../engine/results";
import { lookAtGroup, type LaunchedJob } from "./look-at-group";

export interface RolloutRequest {
  /** Wait until the instances are replaced. */
  readonly wait: boolean;
  /** Cancel a replacement that was started before the image was published, and start a new one. */
  readonly restart: boolean;
}

/** Source: EC2 Auto Scaling API reference, InstanceRefresh.Status: these end by themselves, without replacing all instances. */
const GOING_BACK = ["Cancelling", "RollbackInProgress"];

/**
 * Replaces the instances of a group with instances of the published image. AWS is the truth: a replacement that was started after
 * the image was published is joined, regardless of who started it. EC2 Auto Scaling uses the group's health checks; it supports neither
 * skip matching nor rollback if the launch template names a parameter, so ALL instances are replaced.
 * Source: EC2 Auto Scaling user guide, "Using AWS Systems Manager parameters instead of AMI IDs in launch templates".
 */
export async function replaceInstances(
  context: StepContext,
  job: LaunchedJob,
  request: RolloutRequest,
): Promise<GroupRollout> {
  const status = await lookAtGroup(context, job);
  const obstacle = obstacleOf(job, status);
  if (obstacle !== undefined) return { status, outcome: "failed", ...obstacle };
  return isBeingReplaced(status)
    ? takeOver(context, job, request, status)
    : startAgain(context, job, request, status);
}

/** Cancels a replacement in progress; instances that were replaced stay. */
export async function cancelReplacement(
  context: StepContext,
  job: LaunchedJob,
  { wait }: Pick<RolloutRequest, "wait">,
): Promise<GroupRollout> {
  const status = await lookAtGroup(context, job);
  if (status.unseen !== undefined) return { status, outcome: "failed", reason: status.unseen };
  const { refresh } = status;
  const isCancelled =
    refresh !== undefined &&
    isBeingReplaced(status) &&
    (await context.aws.groups(job.to).cancelRefresh(status.group));
  if (!isCancelled) return { status, outcome: "nothing-to-cancel" };
  if (!wait) return { status, outcome: "in-progress" };
  await untilEnded(context, job, status, refresh.id);
  return { status: await lookAtGroup(context, job), outcome: "cancelled" };
}

/** Another replacement is in progress: it is joined if it launches the published image. */
async function takeOver(
  context: StepContext,
  job: LaunchedJob,
  request: RolloutRequest,
  status: GroupStatus,
): Promise<GroupRollout> {
  const refresh = status.refresh as RefreshView;
  const isGoingBack = GOING_BACK.includes(refresh.status);
  if (!isGoingBack && secondOf(refresh.startedAt) >= secondOf(status.publishedAt ?? refresh.startedAt)) {
    return follow(context, job, request, status, refresh, true);
  }
  if (!isGoingBack && !request.restart) {
    return {
      status,
      outcome: "failed",
      reason: `a replacement that was started at ${refresh.startedAt}, before ${status.published} was published, is ${refresh.status}, ${refresh.percent} %: it may have launched instances of an earlier image`,
      fixes: [
        "wait until it has ended and run keyferry rollout again, or let --restart cancel it and start a new one",
      ],
    };
  }
  if (!isGoingBack) await context.aws.groups(job.to).cancelRefresh(status.group);
  await untilEnded(context, job, status, refresh.id);
  return startAgain(context, job, request, await lookAtGroup(context, job));
}

function obstacleOf(
  { to, rule }: LaunchedJob,
  { group, running, published, unseen, parameter }: GroupStatus,
): { readonly reason: string; readonly fixes?: readonly string[] } | undefined {
  const where = `account ${to.account.id} ${to.region}`;
  if (unseen !== undefined) return { reason: unseen };
  if (running === undefined) {
    const fixes = [`npx keyferry deploy 'consumers-${to.account.name}'`];
    return { reason: `there is no Auto Scaling group ${group} in ${where}`, fixes };
  }
  if (published !== undefined) return undefined;
  const fixes = [`keyferry run, which publishes ${rule.name}`];
  return { reason: `the parameter ${parameter} does not exist in ${where}: no image is published`, fixes };
}

async function startAgain(
  context: StepContext,
  job: LaunchedJob,
  request: RolloutRequest,
  status: GroupStatus,
): Promise<GroupRollout> {
  if (status.running?.toReplace === 0) return { status, outcome: "current" };
  const id = await context.aws.groups(job.to).startRefresh(status.group, job.to.launch.refresh ?? {});
  if (id !== undefined)
    return follow(context, job, request, status, await refreshOf(context, job, status, id), false);
  // Another caller was faster; AWS may not return the replacement that it started yet.
  await context.clock.sleep(context.settings.settleSeconds, context.signal);
  const again = await lookAtGroup(context, job);
  if (isBeingReplaced(again)) return takeOver(context, job, request, again);
  const reason = "EC2 Auto Scaling reports that another replacement is in progress, but does not return one";
  return { status: again, outcome: "failed", reason, fixes: ["run keyferry rollout again"] };
}

async function follow(
  context: StepContext,
  job: LaunchedJob,
  { wait }: RolloutRequest,
  status: GroupStatus,
  refresh: RefreshView,
  joined: boolean,
): Promise<GroupRollout> {
  context.emit({
    code: "RefreshStarted",
    ...placeOf(status),
    refreshId: refresh.id,
    imageId: must(status.published, `the image that ${status.group} launches`),
    instances: status.running?.instances ?? 0,
    joined,
  });
  if (!wait) return { status: { ...status, refresh }, outcome: "in-progress" };
  const ended = await untilEnded(context, job, status, refresh.id);
  const after = await lookAtGroup(context, job);
  if (ended.status !== "Successful") return failed(context, job, after, ended);
  const left = after.running?.toReplace ?? 0;
  if (left === 0) return { status: after, outcome: "replaced" };
  return {
    status: after,
    outcome: "failed",
    reason: `the replacement has ended, and ${left} of ${after.running?.instances} instances are outdated: ${after.published} was published, or the launch template changed, in the meantime`,
    fixes: ["run keyferry rollout again"],
  };
}

/** Why a replacement was not successful: AWS's reason, and the message of the group's last launch. */
async function failed(
  context: StepContext,
  job: LaunchedJob,
  status: GroupStatus,
  refresh: RefreshView,
): Promise<GroupRollout> {
  const { rule, to } = job;
  const said = `the replacement of ${status.group} is ${refresh.status}${refresh.reason === undefined ? "" : `: ${refresh.reason}`}`;
  if (refresh.status === "Cancelled") {
    return { status, outcome: "failed", reason: said, fixes: ["run keyferry rollout again"] };
  }
  const launch = await lastLaunch(context, job, status.group);
  const known =
    launch === undefined
      ? undefined
      : explainLaunch(launch, { account: to.account.id, region: to.region, source: rule.from.account.id });
  return {
    status,
    outcome: "failed",
    reason: [
      said,
      ...(launch === undefined ? [] : [`the group's last launch: ${launch}`]),
      ...(known === undefined ? [] : [known.cause]),
    ].join("; "),
    fixes: [
      ...(known === undefined ? [] : [known.fix]),
      `build an image that passes the group's health checks, and run again; or go back: keyferry run --rollback ${rule.name}, then keyferry rollout (until then every new instance of the group launches ${status.published})`,
    ],
  };
}

async function lastLaunch(
  { aws }: StepContext,
  { to }: LaunchedJob,
  group: string,
): Promise<string | undefined> {
  try {
    const launch = await aws.settings(to).lastLaunch(group);
    if (launch === undefined || launch.state === "Successful") return undefined;
    return [launch.state, ...(launch.message === undefined ? [] : [launch.message])].join(": ");
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return undefined;
  }
}

/** Polls until a refresh has ended; AWS decides how long that takes, and stops after an hour without progress. */
async function untilEnded(
  context: StepContext,
  job: LaunchedJob,
  status: GroupStatus,
  id: string,
): Promise<RefreshView> {
  let before: string | undefined;
  for (;;) {
    const refresh = await refreshOf(context, job, status, id);
    if (refresh.endedAt !== undefined) {
      context.emit({ code: "RefreshEnded", ...placeOf(status), refresh });
      return refresh;
    }
    const now = `${refresh.status} ${refresh.percent} ${refresh.reason ?? ""}`;
    if (now !== before) context.emit({ code: "RefreshProgressed", ...placeOf(status), refresh });
    before = now;
    await nextTick(context.clock, context.settings.refreshLookSeconds, context.signal);
  }
}

/** AWS may not return a refresh that has just started. */
async function refreshOf(
  context: StepContext,
  job: LaunchedJob,
  { group }: GroupStatus,
  id: string,
): Promise<RefreshView> {
  const known = await context.aws.groups(job.to).refreshes(group);
  const startedAt = context.clock.now().toISOString();
  const unseen = { id, status: "Pending", startedAt, percent: 0, instancesLeft: 0 };
  return known.find((refresh) => refresh.id === id) ?? unseen;
}

/** EC2 Auto Scaling returns times to the second, Parameter Store to the millisecond. */
function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

function placeOf({ group, accountName, region }: GroupStatus) {
  return { group, account: accountName, region };
}
