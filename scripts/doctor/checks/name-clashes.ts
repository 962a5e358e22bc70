import type { CopyGraph, CopyNode, CopySource } from "../../../topology";
import { placeId } from "../../engine/place-id";
import { nodeName, placeName } from "../../engine/place-id";
import { check, type Finding } from "../../engine/finding";

const say = check("names");

interface NamedCopy {
  readonly node: CopyNode;
  readonly source: CopySource;
}

/**
 * Copies that would have the same name in one account and Region, where EC2 requires unique names. That two source images have the
 * same name is known only now; the same source image twice is found when the topology is read.
 */
export function checkNameClashes(graphs: readonly CopyGraph[]): readonly Finding[] {
  const first = new Map<string, NamedCopy>();
  return graphs
    .flatMap(({ nodes, source }) => nodes.map((node): NamedCopy => ({ node, source })))
    .flatMap((copy) => {
      const id = `${placeId(copy.node.place)} ${copy.node.copyName}`;
      const other = first.get(id);
      if (other !== undefined) return [clash(other, copy)];
      first.set(id, copy);
      return [];
    });
}

function clash(one: NamedCopy, other: NamedCopy): Finding {
  const { place, copyName: imageName, rule } = other.node;
  const { account, region } = place;
  const there = `account ${account.id} ${region}`;
  const isSame = one.source.id === other.source.id;
  const isByPattern = [one, other].some(({ node }) => node.destination?.copyName !== undefined);
  const named = isByPattern ? "are given that name by copyName" : "have that name";
  const why = isSame ? `both copy ${one.source.id}` : `${origin(one)} and ${origin(other)} ${named}`;
  const renamed = isSame
    ? ""
    : "create one of the source images with another name, give one of the rules another copyName, or ";
  return say.failed(
    nodeName(other.node),
    `its copy and that of ${one.node.rule.name} would both be named "${imageName}" in ${there}, which EC2 allows only once: ${why}`,
    `${renamed}remove ${placeName(place)} from images.${one.node.rule.name}.to or images.${rule.name}.to`,
  );
}

function origin({ node, source }: NamedCopy): string {
  return `${source.id} of ${placeName(node.rule.from)}`;
}
