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
  /** Told everything that happens. */
  readonly listener: EventSink;
  /** Aborted by the user's Ctrl-C: what goes on in AWS goes on. */
  readonly signal: AbortSignal;
  readonly request: RolloutRequest & {
    /** End the replacements that go on, and start none. */
    readonly cancel: boolean;
  };
  /** Which groups. @default - all that opted in */
  readonly isChosen?: (job: LaunchedJob) => boolean;
}

/**
 * Lets every group that opted in follow its published image. Groups do not wait for each other; one that fails keeps no
 * other from going on. Needs no lease: EC2 Auto Scaling runs one replacement of a group at a time, and the image that it
 * launches is decided by the parameter alone.
 * @throws ConfigurationError where no group is to follow
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
 * @throws ConfigurationError where there are none
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
            what: "the topology launches nothing, so no group can follow an image",
            fix: "set launch of a destination",
          }
        : {
            path: "launch.refresh",
            what:
              deployed.length === launched.length
                ? "no group chosen is replaced by a rollout: groups with instanceRequirements follow by a deployment, npx keyferry deploy 'consumers-*'"
                : "no group chosen has opted in to the replacement of its instances",
            fix: `set launch: { ..., refresh: {} } of the destinations whose groups are to follow: ${launched.map(({ id }) => id).join(", ")}`,
          },
    ],
    "the rollout",
  );
}
