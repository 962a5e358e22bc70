import { must } from "../../../core/must";
import type { CopyGraph, CopyNode } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import { isAwsError, isAccessDenied } from "../../aws";
import type { ReadContext } from "../../engine/context";
import { explain } from "../../engine/explain";
import { nodeName } from "../../engine/place-id";
import { check, type Finding } from "../../engine/finding";

const say = check("try-copy");

function goesThroughS3({ nodes }: CopyGraph, { restored, madeFrom }: CopyNode): boolean {
  if (restored !== undefined) return true;
  return (
    madeFrom.kind === "node" &&
    nodes.some(({ id, ...from }) => id === madeFrom.id && from.restored !== undefined)
  );
}

/**
 * Asks EC2 whether it would let the runner role make each copy (DryRun). This is the only way of seeing a service control
 * policy; EC2 asks KMS nothing in a dry run. Copies that are made from other copies are tried from the source; what goes through
 * S3 is not, because there is no object to restore, and its copy is never made from the source.
 * @param tryCopy tries one copy as its kind does; throws what EC2 would refuse it with
 */
export function checkTryCopy(
  context: ReadContext,
  graph: CopyGraph,
  keyArns: ReadonlyMap<string, string>,
  tryCopy: (node: CopyNode, keyArn: string) => Promise<void>,
): Promise<readonly Finding[]> {
  const nodes = graph.nodes.filter((node) => keyArns.has(node.id) && !goesThroughS3(graph, node));
  return concurrently(nodes, async (node) => {
    const subject = nodeName(node);
    try {
      await tryCopy(node, must(keyArns.get(node.id), `the key of ${node.id}`));
      return say.passed(subject, "EC2 would let the runner role make the copy");
    } catch (error) {
      if (!isAwsError(error)) throw error;
      const { reason, cause, fixes, account } = await explain(context, error, node.id);
      const what = cause === undefined ? reason : `${reason}: ${cause}`;
      const how = isAccessDenied(error) ? say.failed : say.unknown;
      return how(subject, what, fixes.join("; "), account);
    }
  });
}
