import type { ReplicateContext } from "../../commands/replicate/context";
import type { JobContext } from "../../commands/replicate/source-job";
import type { Session } from "../session";
import type { World } from "../world";
import type { JobOptions } from "./options";

/** What a command that reads buckets needs. */
export function bucketsOf(
  world: World,
  { topology, run }: Session,
  { rule }: { readonly rule?: string },
): ReplicateContext {
  return {
    topology,
    aws: world.connectToBuckets(topology, `keyferry-${run}`),
    ...(rule === undefined ? {} : { rule }),
  };
}

/** What a command that starts jobs needs. */
export function jobsOf(
  world: World,
  session: Session,
  signal: AbortSignal,
  { rule, wait, onJob }: { readonly [K in "rule" | "wait" | "onJob"]: JobOptions[K] | undefined },
): JobContext {
  return {
    ...bucketsOf(world, session, rule === undefined ? {} : { rule }),
    clock: world.clock,
    seen: (job) => onJob?.(job),
    signal,
    ...(wait === undefined ? {} : { wait }),
  };
}
