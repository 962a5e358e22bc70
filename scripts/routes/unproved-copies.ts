import {
  buildGraph,
  LINEAGE_TAGS,
  selectedJobs,
  selectedRules,
  type CopyNode,
  type ImageRule,
  type Place,
} from "../../topology";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { proofOf } from "../../kinds/ami/carry/lineage-proof";
import { placeId, uniquePlaces } from "../engine/place-id";
import type { UnprovedCopy } from "../engine/results";
import { unlessClosed } from "../engine/unless-closed";
import { claimedCopies } from "../../kinds/ami/carry/own-copies";

/**
 * What version 0.1 may have made, in the places into which the topology goes, and nothing proves any more: neither AWS's record nor,
 * because the source image is gone, its name. Reads only.
 */
export async function unprovedCopies(context: ReadContext): Promise<readonly UnprovedCopy[]> {
  const nodes = selectedRules(context.topology, context.only).flatMap((rule) => finalNodes(context, rule));
  const found = await concurrently(uniquePlaces(nodes.map(({ place }) => place)), (place) =>
    unlessClosed(() =>
      inPlace(
        context,
        place,
        nodes.filter((node) => placeId(node.place) === placeId(place)),
      ),
    ),
  );
  return found.flat();
}

/** One look at the place; most have nothing of the kind. */
async function inPlace(
  context: ReadContext,
  place: Place,
  nodes: readonly CopyNode[],
): Promise<readonly UnprovedCopy[]> {
  const finals = await context.aws.images(place).describeImages({
    [`tag:${LINEAGE_TAGS.topology}`]: [context.topology.name],
    [`tag:${LINEAGE_TAGS.role}`]: ["final"],
  });
  const claimed = new Set(
    finals.filter((image) => proofOf(image) === "unclear").map(({ tags }) => tags[LINEAGE_TAGS.node]),
  );
  const unproved = await concurrently(
    nodes.filter(({ id }) => claimed.has(id)),
    async (node) => {
      const { unproved: images } = await claimedCopies(context, node);
      return images
        .filter(({ state }) => state !== "deregistered")
        .map(({ id: imageId, tags }): UnprovedCopy => ({
          imageId,
          account: place.account.id,
          region: place.region,
          rule: node.rule.name,
          source: tags[LINEAGE_TAGS.source] ?? "",
        }));
    },
  );
  return unproved.flat();
}

/** Where a rule goes does not depend on its source image. */
function finalNodes({ topology, only }: ReadContext, rule: ImageRule): readonly CopyNode[] {
  const places = selectedJobs(topology, rule, only).map(({ to }) => placeId(to));
  const { nodes } = buildGraph(topology, rule, { imageId: "", name: "", snapshots: [] });
  return nodes.filter(({ role, place }) => role === "final" && places.includes(placeId(place)));
}
