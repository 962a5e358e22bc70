import { LINEAGE_TAGS, type CopyGraph } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import type { LookContext } from "../../engine/context";
import { nodeName } from "../facts";
import { check, type Finding } from "../finding";

const say = check("names");

/** Whether the names of the copies are free: an image's name is unique in its account and Region. */
export function checkNames(
  { aws }: LookContext,
  graph: CopyGraph,
  skip: { has(account: string): boolean },
): Promise<readonly Finding[]> {
  const nodes = graph.nodes.filter((candidate) => !skip.has(candidate.place.account.id));
  return concurrently(nodes, async (node) => {
    const subject = nodeName(node);
    const looked = await say.looking(subject, () =>
      aws.images(node.place).describeImages({ name: [node.imageName] }),
    );
    if ("finding" in looked) return looked.finding;
    const { account, region } = node.place;
    const other = looked.value.find((image) => image.tags[LINEAGE_TAGS.node] !== node.id);
    if (other === undefined)
      return say.passed(subject, `the name "${node.imageName}" is free, or our own copy's`);
    return say.failed(
      subject,
      `account ${account.id} has another image of the name "${node.imageName}" in ${region}: ${other.imageId}`,
      `account ${account.id} must rename or deregister ${other.imageId}, or rename the source image`,
      account.id,
    );
  });
}
