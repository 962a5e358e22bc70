import { buildGraph, selectedJobs, selectedRules, type CopyNode, type Rule } from "../../topology";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { sourceOf } from "../engine/lineage";
import { placeId } from "../engine/place-id";
import type { UnprovedCopy } from "../engine/results";
import { unlessClosed } from "../engine/unless-closed";
import { kindOf } from "../../kinds/registry";

/**
 * Copies in the topology's destinations that version 0.1 may have made and that can no longer be verified: AWS has no record, and
 * the name proves nothing because the source image no longer exists. Reads only.
 */
export async function unprovedCopies(context: ReadContext): Promise<readonly UnprovedCopy[]> {
  const nodes = selectedRules(context.topology, context.only).flatMap((rule) => finalNodes(context, rule));
  const found = await concurrently(nodes, (node) => unlessClosed(() => ofNode(context, node)));
  return found.flat();
}

async function ofNode(context: ReadContext, node: CopyNode): Promise<readonly UnprovedCopy[]> {
  const kind = kindOf(node.rule);
  const { unproved } = await kind.claimedCopies(context, node);
  const { account, region } = node.place;
  return unproved
    .filter((copy) => kind.fateOf(copy) !== "gone")
    .map(({ id, tags }): UnprovedCopy => ({
      imageId: id,
      account: account.id,
      region,
      rule: node.rule.name,
      source: sourceOf(tags) ?? "",
    }));
}

/** A rule's destinations do not depend on its source image. */
function finalNodes({ topology, only }: ReadContext, rule: Rule): readonly CopyNode[] {
  const places = selectedJobs(topology, rule, only).map(({ to }) => placeId(to));
  const { nodes } = buildGraph(topology, rule, { id: "", name: "", snapshots: [] });
  return nodes.filter(({ role, place }) => role === "final" && places.includes(placeId(place)));
}
