import { must } from "../../../core/must";
import type { CopyNode } from "../../../topology";
import { accountsBeyond } from "../../planning/actions";
import type { CopySource } from "./make-copy";
import { keyArnOf, stateOf, type RuleProgress } from "./progress";

/** The source of a node's copy: the source image, or the transit copy that this run or an earlier one made. */
export function copySourceOf(progress: RuleProgress, node: CopyNode): CopySource {
  const { rule, made } = progress;
  const { graph } = rule;
  const { source } = graph;
  const description = source.description === undefined ? {} : { description: source.description };
  // From all copies of the rule: the same request returns the same copy, regardless of the selected jobs.
  const all = [...graph.nodes, ...graph.leftOut];
  const shareWith = node.role === "transit" ? accountsBeyond(node, all) : [];
  const common = { ...description, sourceId: source.id, intent: rule.intent, shareWith };
  if (node.madeFrom.kind === "source") {
    const { from } = graph.rule;
    const keyArns = source.snapshots.flatMap((snapshot) => snapshot.key?.arn ?? []);
    return { ...common, id: source.id, region: from.region, place: from, keyArns };
  }
  const { id } = node.madeFrom;
  const transit = must(
    graph.nodes.find((candidate) => candidate.id === id),
    `the transit copy ${id}`,
  );
  // A copy that an earlier run started was made from what existed then.
  const { living, former } = stateOf(progress, transit);
  const { id: copyId } = must(made.get(id)?.copy ?? living ?? former[0], `the copy of ${id}`);
  const { place, restored } = transit;
  // A restored image is under the EBS default key of its place, or unencrypted.
  const keyArns = restored === undefined ? [keyArnOf(progress, transit)] : [];
  return { ...common, id: copyId, region: place.region, place, keyArns };
}
