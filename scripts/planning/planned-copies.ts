import type { CopyGraph, CopyNode } from "../../topology";
import { isHeld } from "../engine/hold";
import type { CopyAction, PlannedCopy } from "../engine/results";
import { dependants, makingOf, type Action, type Making } from "./actions";
import { NO_COPY, publishes, type CopyState, type CopyStates } from "./assess";
import type { RuleToCarry } from "./rule-to-carry";

/**
 * What the actions of a rule do with each of its copies.
 * @param dataGiB that a copy moves
 */
export function plannedCopies(
  rule: RuleToCarry,
  states: CopyStates,
  actions: readonly Action[],
  dataGiB: number,
): readonly PlannedCopy[] {
  const { graph } = rule;
  const stateOf = (node: CopyNode) => states.get(node.id) ?? NO_COPY;
  return graph.nodes.map((node) => {
    const state = stateOf(node);
    const action = doneWith(node);
    const { id: from, region: fromRegion } = originOf(graph, node);
    const moved = action === "copy" || action === "copy-again" ? dataGiB : 0;
    const keyArn = rule.keyArns.get(node.id);
    return {
      node: node.id,
      role: node.role,
      account: node.place.account.id,
      accountName: node.place.account.name,
      region: node.place.region,
      keyAlias: node.keyAlias,
      ...(node.destination?.shares === undefined ? {} : { isShared: true }),
      ...(keyArn === undefined ? {} : { keyArn }),
      from,
      fromRegion,
      action,
      ...(state.unread === undefined ? {} : { unknown: oneLine(state.unread.reason) }),
      ...standsOf(node, state),
      sets: setsOf(state),
      differences: state.examined?.differences ?? [],
      ...(state.former.length === 0 ? {} : { underFormerKey: state.former.map(({ id }) => id) }),
      retires: (state.older?.retired ?? []).map(({ id: imageId }) => imageId),
      ...publishedBy(rule, node, state),
      dataGiB: moved,
      crossRegionGiB: fromRegion === node.place.region ? 0 : moved,
    };
  });

  function doneWith(node: CopyNode): CopyAction {
    const making = makingOf(stateOf(node));
    const isMade = actions.some((action) => "making" in action && action.node.id === node.id);
    if (isMade || making === "unread") return node.role === "final" ? FINAL[making] : TRANSIT[making];
    // A copy that is no longer needed is removed, unless its users could not be read.
    const isMaybeNeeded = dependants(node, graph.nodes).some((copy) => stateOf(copy).unread !== undefined);
    return standsOf(node, stateOf(node)).stands === undefined || isMaybeNeeded ? "none" : "remove";
  }
}

const TRANSIT: Readonly<Record<Making, CopyAction>> = {
  copy: "copy",
  "copy-again": "copy-again",
  wait: "wait",
  nothing: "none",
  unread: "unknown",
};

const FINAL: Readonly<Record<Making, CopyAction>> = { ...TRANSIT, nothing: "verify" };

function originOf({ rule, source, nodes }: CopyGraph, { madeFrom }: CopyNode) {
  const origin = nodes.find(({ id }) => madeFrom.kind === "node" && madeFrom.id === id);
  return origin === undefined
    ? { id: source.id, region: rule.from.region }
    : { id: origin.id, region: origin.place.region };
}

/** Of the copies under a former key only transit copies are removed: a final one stays next to its successor. */
function standsOf({ role }: CopyNode, { living, dead, former }: CopyState): Pick<PlannedCopy, "stands"> {
  const image = living ?? dead[0] ?? (role === "transit" ? former[0] : undefined);
  return image === undefined ? {} : { stands: { imageId: image.id, state: image.state } };
}

function setsOf({ examined }: CopyState): PlannedCopy["sets"] {
  return (examined?.changes ?? []).map(({ resourceId, name, wanted, found, isTag }) => ({
    resourceId,
    what: isTag ? `tag ${name}` : name,
    wanted,
    ...(found === undefined ? {} : { found }),
  }));
}

function publishedBy(
  rule: RuleToCarry,
  node: CopyNode,
  state: CopyState,
): Pick<PlannedCopy, "publishes" | "heldBackFor"> {
  const { hold, graph } = rule;
  const parameter = node.rule.publishTo;
  if (node.role !== "final" || parameter === undefined || state.unread !== undefined) return {};
  if (isHeld(hold, node, graph.source.id)) return { heldBackFor: hold.showing };
  if (!publishes(rule, node, state)) return {};
  return { publishes: { parameter, ...(state.shown === undefined ? {} : { shows: state.shown }) } };
}

/** A reason of several lines in one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
