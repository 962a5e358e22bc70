import { ConfigurationError } from "../../core/errors";
import { isRolledOut, type Topology } from "../../topology";
import type { AwsAccess } from "../aws";
import type { Clock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import type { StepContext } from "../engine/context";
import { isInterrupted } from "../engine/errors";
import type { EventSink } from "../engine/events";
import { explain } from "../engine/explain";
import type { GroupRollout, Rollout } from "../engine/results";
import type { Settings } from "../engine/settings";
import { launchedJobs, lookAtGroup, type LaunchedJob } from "../steps/look-at-group";
import { cancelReplacement, replaceInstances, type RolloutRequest } from "../steps/replace-instances";

export interface RolloutInput {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Called for every event. */
  readonly listener: EventSink;
  /** Aborted by the user's Ctrl-C: operations in AWS continue. */
  readonly signal: AbortSignal;
  readonly request: RolloutRequest & {
    /** Cancel the replacements in progress, and start none. */
    readonly cancel: boolean;
  };
  /** Which groups. @default - all that opted in */
  readonly isChosen?: (job: LaunchedJob) => boolean;
}

/**
 * Replaces the instances of every group that opted in, so that it runs its published image. Groups do not wait for each
 * other; a failed one does not stop the others. Needs no lease: EC2 Auto Scaling runs one replacement of a group at a time,
 * and only the parameter decides which image it launches.
 * @throws ConfigurationError if no group opted in
 */
export async function rollout(input: RolloutInput): Promise<Rollout> {
  const { topology, aws, clock, settings, listener, signal, request } = input;
  const jobs = followingJobs(topology, input.isChosen);
  const holding = { number: 0, unfenced: aws };
  const context: StepContext = { topology, aws, holding, clock, settings, emit: listener, signal };
  const groups = await concurrently(jobs, (job) => rollOut(context, job, request));
  const isStopped = groups.some(({ outcome }) => outcome === "not-done");
  if (isStopped) listener({ code: "Interrupted" });
  const hasFailed = groups.some(({ outcome }) => outcome === "failed");
  return {
    topology: topology.name,
    groups,
    state: isStopped ? "interrupted" : hasFailed ? "failed" : "done",
  };
}

/**
 * The groups whose instances are replaced after a new image was published.
 * @throws ConfigurationError if there are none
 */
export function followingJobs(
  topology: Topology,
  isChosen: (job: LaunchedJob) => boolean = () => true,
): readonly LaunchedJob[] {
  const jobs = launchedJobs(topology).filter((job) => isRolledOut(job.to.launch) && isChosen(job));
  if (jobs.length === 0) throw nothingFollows(topology);
  return jobs;
}

async function rollOut(
  context: StepContext,
  job: LaunchedJob,
  request: RolloutInput["request"],
): Promise<GroupRollout> {
  try {
    return await (request.cancel ? cancelReplacement : replaceInstances)(context, job, request);
  } catch (error) {
    const status = await lookAtGroup(context, job);
    if (isInterrupted(error)) return { status, outcome: "not-done" };
    const { reason, cause, fixes } = await explain(context, error, job.rule.name);
    return {
      status,
      outcome: "failed",
      reason: cause === undefined ? reason : `${reason}; ${cause}`,
      fixes,
    };
  }
}

function nothingFollows(topology: Topology): ConfigurationError {
  const launched = launchedJobs(topology);
  const deployed = launched.filter(({ to }) => to.launch.refresh !== undefined);
  return new ConfigurationError(
    [
      launched.length === 0
        ? {
            path: "images",
            what: "the topology launches nothing, so there is no group to replace",
            fix: "set launch of a destination",
          }
        : {
            path: "launch.refresh",
            what:
              deployed.length === launched.length
                ? "a rollout replaces none of the chosen groups: groups with instanceRequirements follow by a deployment, npx keyferry deploy 'consumers-*'"
                : "none of the chosen groups has opted in to the replacement of its instances",
            fix: `set launch: { ..., refresh: {} } of the destinations whose groups are to follow: ${launched.map(({ id }) => id).join(", ")}`,
          },
    ],
    "the rollout",
  );
}
