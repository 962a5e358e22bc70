// In your own project: from "keyferry/api", with `moduleResolution` set to node16, nodenext or bundler.
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

/** The input of a pipeline stage. */
export interface Stage {
  /** Directory of the project, with `keyferry.lock.json` and the journal of runs. */
  readonly directory: string;
  /** Writes a line to the log of the pipeline. */
  log(line: string): void;
  /** Aborted when the pipeline is cancelled; the next pipeline continues the work. */
  readonly signal: AbortSignal;
}

/**
 * The pipeline stage that copies images: logs how much data will cross Regions, copies the images, and verifies every copy.
 * @returns whether all copies exist and are verified
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
