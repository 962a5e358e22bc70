import type { ReplicateContext } from "../../commands/replicate/context";
import type { Session } from "../session";
import type { World } from "../world";

/** What a command needs that looks at buckets. */
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
