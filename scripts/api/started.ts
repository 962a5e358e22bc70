import type { Topology } from "../../topology";
import type { ApiEvent, CommandStarted } from "./events";
import type { Project } from "./project";
import type { World } from "./world";

export interface TellOptions {
  /** Called with where the command works. @default - not called, and the caller's identity is not read */
  readonly onEvent?: (event: ApiEvent) => void;
  /** The caller's identity is not read, and no credentials are used. @default false */
  readonly offline?: boolean;
}

/**
 * Reports, before anything else, where a command works. If the caller's identity cannot be read, the command continues: the first
 * call that needs AWS reports the reason and the fix.
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
