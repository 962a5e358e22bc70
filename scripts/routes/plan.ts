import type { CopyGraph, CopyNode } from "../../topology";
import type { LookContext } from "../engine/context";
import type { JournalRecord } from "../engine/journal";
import type { Action, Plan, PlannedCopy, PlannedRule } from "../engine/results";
import { findCopy } from "../steps/find-copy";
import { inspect, type RuleInspection } from "./preflight";

/** What `run` would do. Reads only. */
export async function plan(
  context: LookContext,
  past: readonly JournalRecord[],
  repin = false,
): Promise<Plan> {
  const { rules, refusals } = await inspect(context, repin);
  const planned: PlannedRule[] = [];
  for (const inspection of rules) {
    if (inspection.graph !== undefined)
      planned.push(await planRule(context, inspection, inspection.graph, past));
  }
  const copies = planned.flatMap((rule) => rule.copies);
  return {
    topology: context.topology.name,
    rules: planned,
    refusals,
    crossRegionGiB: copies.reduce((sum, copy) => sum + copy.crossRegionGiB, 0),
  };
}

async function planRule(
  context: LookContext,
  inspection: RuleInspection,
  graph: CopyGraph,
  past: readonly JournalRecord[],
): Promise<PlannedRule> {
  const { rule, source } = graph;
  const sizeGiB = source.snapshots.reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0);
  const states = new Map<string, { action: Action; stands?: { imageId: string; state: string } }>();
  for (const node of graph.nodes) {
    // An account that cannot be entered has been told already; nothing of it is known.
    const isReachable = inspection.keyArns.has(node.id);
    states.set(
      node.id,
      isReachable ? await stateOf(context, node, source.imageId, past) : { action: "copy" },
    );
  }
  const copies = graph.nodes.map((node): PlannedCopy => {
    const { action, stands } = states.get(node.id) ?? { action: "copy" };
    const effective = node.role === "transit" && !isNeeded(node) ? "none" : action;
    const copiesNow = effective === "copy" || effective === "copy-again";
    const keyArn = inspection.keyArns.get(node.id);
    return {
      node: node.id,
      role: node.role,
      account: node.place.account.id,
      accountName: node.place.account.name,
      region: node.place.region,
      keyAlias: node.keyAlias,
      ...(keyArn === undefined ? {} : { keyArn }),
      from: node.madeFrom.kind === "source" ? source.imageId : node.madeFrom.id,
      ...(stands === undefined ? {} : { stands }),
      action: effective,
      crossRegionGiB: copiesNow && node.place.region !== rule.from.region ? sizeGiB : 0,
    };
  });
  return {
    rule: rule.name,
    sourceImageId: source.imageId,
    sourceImageName: source.name,
    sourceAccount: rule.from.account.id,
    sourceRegion: rule.from.region,
    pinned: inspection.intent !== undefined,
    because: graph.because,
    sizeGiB,
    copies,
    ...(rule.publishTo === undefined ? {} : { publishTo: rule.publishTo }),
  };

  /** A transit copy is made only for copies that do not stand yet. */
  function isNeeded(transit: CopyNode): boolean {
    return graph.nodes.some((node) => {
      const action = states.get(node.id)?.action;
      const isDependant = node.madeFrom.kind === "node" && node.madeFrom.id === transit.id;
      return isDependant && (action === "copy" || action === "copy-again");
    });
  }
}

async function stateOf(
  context: LookContext,
  node: CopyNode,
  sourceImageId: string,
  past: readonly JournalRecord[],
): Promise<{ action: Action; stands?: { imageId: string; state: string } }> {
  const { living, dead } = await findCopy(context, node, sourceImageId, past);
  const image = living ?? dead[0];
  if (image === undefined) return { action: "copy" };
  const stands = { imageId: image.imageId, state: image.state };
  if (living === undefined) return { action: "copy-again", stands };
  if (living.state === "available") return { action: node.role === "final" ? "verify" : "none", stands };
  return { action: "wait", stands };
}
