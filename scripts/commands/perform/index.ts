import type { Shareable } from "../../../kinds/kind";
import { sharingOf, type SharingOf } from "../../steps/sharing-of";
import type { RunContext } from "../../engine/context";
import type { Task } from "../../engine/graph-runner";
import type { Action } from "../../planning/actions";
import { ensureServiceLinkedRole } from "../../steps/ensure-service-linked-role";
import { retireCopies } from "../../steps/retire-copies";
import { shareCopy } from "../../steps/share-copy";
import { waitForCopy } from "../../steps/wait-for-copy";
import { withdrawImages } from "../../steps/withdraw-images";
import { withdrawShare } from "../../steps/withdraw-share";
import { makeFinal, makeNode } from "./make-final";
import type { RuleProgress, RuleToRun } from "./progress";
import { publishShare, shareImage } from "./share-image";
import { removeStored, storeSource } from "./stored";
import { endTransit, shareTransitCopy } from "./transit";

export type { ArrivedShare, FinishedCopy, RuleProgress, RuleToRun } from "./progress";

type ActionOf<Do extends Action["do"]> = Extract<Action, { readonly do: Do }>;

/** The execution of each action. */
type Performers = {
  readonly [Do in Action["do"]]: (
    context: RunContext,
    progress: RuleProgress,
    action: ActionOf<Do>,
  ) => Promise<unknown>;
};

const PERFORM: Performers = {
  "ensure-service-linked-role": (context, _, { account }) => ensureServiceLinkedRole(context, account),
  "share-source": (context, { rule, sharer, recorded }, { accounts }) =>
    shareCopy(context, sourceSharing(rule), shareableSource(rule), accounts, sharer, recorded),
  "make-transit": (context, progress, { node }) => makeNode(context, progress, node),
  "share-transit": shareTransitCopy,
  "make-final": (context, progress, { node }) => makeFinal(context, progress, node),
  "wait-for-other": (context, { rule }, { node, imageId }) => waitForCopy(context, rule.kind, node, imageId),
  retire: async (context, { rule, onUnclear }, { node }) => {
    for (const use of await retireCopies(context, rule.kind, node, rule.graph.source.id)) onUnclear(use);
  },
  "withdraw-source": (context, { rule, sharer, recorded }) =>
    withdrawShare(context, sourceSharing(rule), shareableSource(rule), sharer, recorded),
  "end-transit": endTransit,
  "store-source": storeSource,
  "remove-stored": removeStored,
  "share-image": shareImage,
  "publish-share": publishShare,
  "withdraw-images": (context, { rule }, { owner }) => withdrawImages(context, rule.kind, rule.graph, owner),
};

function sourceSharing({ kind, graph }: RuleToRun): SharingOf {
  return sharingOf(kind, graph.rule.from);
}

function shareableSource({ kind, original }: RuleToRun): Shareable {
  return kind.shareableOf(original);
}

/** An action as a task of the graph; if it fails, the next run repeats it. */
export function taskOf(context: RunContext, progress: RuleProgress, action: Action): Task {
  const { id, needs, after } = action;
  return {
    id,
    needs,
    after,
    shared: action.do === "ensure-service-linked-role",
    run: async () => {
      await perform(context, progress, action);
    },
  };
}

function perform<Do extends Action["do"]>(
  context: RunContext,
  progress: RuleProgress,
  action: ActionOf<Do>,
): Promise<unknown> {
  const performer: Performers[Do] = PERFORM[action.do as Do];
  return performer(context, progress, action);
}
