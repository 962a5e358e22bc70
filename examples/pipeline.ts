// In a project of one's own: from "keyferry/api", with `moduleResolution` set to node16, nodenext or bundler.
import {
  AwsCallError,
  explainAwsAnswer,
  plan,
  PreflightRefused,
  run,
  verify,
  type ApiEvent,
  type TopologyInput,
} from "../scripts/api";

/** What a stage of a pipeline is given. */
export interface Stage {
  /** Directory of the project, with `keyferry.lock.json` and the journal of runs. */
  readonly directory: string;
  /** Where the pipeline keeps its log. */
  log(line: string): void;
  /** Aborted when the pipeline is cancelled; the next one goes on. */
  readonly signal: AbortSignal;
}

/**
 * The stage of a pipeline that carries images: asks how much would cross Regions, carries them, and verifies every copy.
 * @returns whether everything has arrived
 */
export async function carryImages(topology: TopologyInput, stage: Stage): Promise<boolean> {
  const { directory, signal } = stage;
  const onEvent = (event: ApiEvent) => {
    if (event.code === "CopyVerified") stage.log(`${event.node} is ${event.imageId}`);
    if (event.code === "TaskFailed") stage.log(`${event.task}: ${event.explanation.reason}`);
  };
  try {
    const planned = await plan(topology, { directory, signal });
    stage.log(`${planned.crossRegionGiB} GiB cross Regions`);
    const { state, manifest } = await run(topology, { directory, onEvent, signal });
    for (const job of manifest.images.flatMap(({ jobs }) => jobs)) stage.log(`${job.id}: ${job.state}`);
    return state === "done" && (await verify(topology, { directory, signal })).ok;
  } catch (error) {
    if (error instanceof PreflightRefused) {
      for (const { subject, what, fix } of error.refusals) stage.log(`${subject}: ${what}; ${fix ?? ""}`);
      return false;
    }
    if (error instanceof AwsCallError) {
      const { reason, fixes } = explainAwsAnswer(error);
      stage.log(`${reason}; ${fixes.join("; ")}`);
      return false;
    }
    throw error;
  }
}
