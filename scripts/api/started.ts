import type { Topology } from "../../topology";
import type { ApiEvent, CommandStarted } from "./events";
import type { Project } from "./project";
import type { World } from "./world";

export interface TellOptions {
  /** Told where the command works. @default - nobody is told, and it is not found out as whom */
  readonly onEvent?: (event: ApiEvent) => void;
  /** Nobody is asked, and no credentials are used. @default false */
  readonly offline?: boolean;
}

/**
 * Tells, before anything else, where a command works. That nobody can be found out to be the caller ends nothing: what
 * needs AWS says it with the reason and the fix.
 */
export async function tellStarted(
  world: Pick<World, "caller">,
  { workspace, file }: Project,
  topology: Topology,
  { onEvent, offline = false }: TellOptions,
): Promise<void> {
  if (onEvent === undefined) return;
  const { kind, endpoint } = workspace;
  onEvent({
    code: "CommandStarted",
    cloud: kind,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(offline ? {} : await callerOf(world, topology)),
    topology: topology.name,
    ...(file === undefined ? {} : { file }),
  });
}

async function callerOf(
  world: Pick<World, "caller">,
  topology: Topology,
): Promise<Pick<CommandStarted, "caller" | "callerUnknown">> {
  try {
    return { caller: await world.caller(topology) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { callerUnknown: reason.split("\n", 1)[0] ?? "" };
  }
}
