import type { Kind } from "../../kinds/kind";
import type { CopyNode } from "../../topology";
import type { RunContext } from "../engine/context";
import type { CopyEnd } from "../engine/poller";
import { secondsBetween } from "../engine/clock";

/** Waits until a copy has ended, whether it succeeded or failed, and reports its progress. */
export async function waitForCopy(
  context: RunContext,
  kind: Kind,
  node: CopyNode,
  imageId: string,
): Promise<CopyEnd> {
  const since = context.clock.now();
  const end = await context.pollers.wait(kind, node.place, imageId, (progress) =>
    context.emit({ code: "CopyProgressed", node: node.id, imageId, progress }),
  );
  if (end.state === "available") {
    const seconds = secondsBetween(since, context.clock.now());
    context.emit({ code: "CopyAvailable", node: node.id, imageId, seconds });
  }
  return end;
}
