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
 * Checks with EC2 dry runs (DryRun) whether the runner role can make each copy. Only this detects a service control policy; EC2 does
 * not call KMS in a dry run. Copies that are made from other copies are tried from the source; copies through S3 are not tried,
 * because there is no object to restore, and they are never made from the source.
 * @param tryCopy tries one copy as its kind does; throws the error with which EC2 would refuse it
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
      return say.passed(subject, "EC2 would allow the runner role to make the copy");
    } catch (error) {
      if (!isAwsError(error)) throw error;
      const { reason, cause, fixes, account } = await explain(context, error, node.id);
      const what = cause === undefined ? reason : `${reason}: ${cause}`;
      const how = isAccessDenied(error) ? say.failed : say.unknown;
      return how(subject, what, fixes.join("; "), account);
    }
  });
}
