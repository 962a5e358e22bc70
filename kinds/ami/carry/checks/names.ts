import { AMI_LINEAGE } from "../../declare/lineage";
import { LINEAGE_TAGS, type CopyGraph, type CopyNode } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import { concurrently } from "../../../../scripts/engine/concurrently";
import type { ReadContext } from "../../../../scripts/engine/context";
import { proofOf } from "../lineage-proof";
import { nodeName } from "../../../../scripts/engine/place-id";
import { check, type Finding } from "../../../../scripts/engine/finding";

const say = check("names");

/** Whether the names of the copies are free: an image's name is unique in its account and Region. */
export function checkNames(
  { aws, topology }: ReadContext,
  { nodes, source }: CopyGraph,
  skip: { has(account: string): boolean },
): Promise<readonly Finding[]> {
  const reachable = nodes.filter((candidate) => !skip.has(candidate.place.account.id));
  return concurrently(reachable, async (node) => {
    const subject = nodeName(node);
    const looked = await say.looking(subject, () =>
      aws.images(node.place).describeImages({ name: [node.copyName] }),
    );
    if ("finding" in looked) return looked.finding;
    const { account, region } = node.place;
    const others = looked.value.filter((image) => !isCopy(image, node) || originOf(image) !== source.id);
    const [other] = others;
    if (other === undefined)
      return say.passed(subject, `the name "${node.copyName}" is free, or belongs to Keyferry's own copy`);
    if (isCopy(other, node))
      return say.failed(
        subject,
        `account ${account.id} has a copy of ${originOf(other)} in ${region} with the same name "${node.copyName}": ${other.id}`,
        `create the source image under another name, set another copyName, or deregister ${other.id} in account ${account.id} once nothing uses it`,
        account.id,
      );
    return say.failed(
      subject,
      `account ${account.id} has another image with the name "${node.copyName}" in ${region}: ${other.id}`,
      `account ${account.id} must deregister ${other.id}, or create the source image under another name or set another copyName: an image's name cannot be changed`,
      account.id,
    );
  });

  /** An image with the copy's name that version 0.1 created is ours because of that name. */
  function isCopy(image: ImageView, node: CopyNode): boolean {
    const { tags } = image;
    const isClaimed = tags[LINEAGE_TAGS.topology] === topology.name && tags[LINEAGE_TAGS.node] === node.id;
    return isClaimed && proofOf(image) !== "others";
  }
}

/** Id of the source image of a copy. */
function originOf({ tags }: ImageView): string | undefined {
  return tags[AMI_LINEAGE.source];
}
