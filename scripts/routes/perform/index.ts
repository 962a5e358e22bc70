import type { RunContext } from "../../engine/context";
import type { Task } from "../../engine/graph-runner";
import type { Action } from "../../planning/actions";
import { ensureServiceLinkedRole } from "../../steps/ensure-service-linked-role";
import { retireCopies } from "../../steps/retire-copies";
import { shareCopy } from "../../steps/share-copy";
import { waitForCopy } from "../../steps/wait-for-copy";
import { withdrawShare } from "../../steps/withdraw-share";
import { makeFinal, makeNode } from "./make-final";
import type { RuleProgress } from "./progress";
import { endTransit, shareTransitCopy } from "./transit";

export type { FinishedCopy, RuleProgress, RuleToRun } from "./progress";

type ActionOf<Do extends Action["do"]> = Extract<Action, { readonly do: Do }>;

/** How each action is executed. */
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
    shareCopy(context, rule.graph.rule.from, rule.image, accounts, sharer, recorded),
  "make-transit": (context, progress, { node }) => makeNode(context, progress, node),
  "share-transit": shareTransitCopy,
  "make-final": (context, progress, { node }) => makeFinal(context, progress, node),
  "wait-for-other": (context, _, { node, imageId }) => waitForCopy(context, node, imageId),
  retire: async (context, { rule, onUnclear }, { node }) => {
    for (const use of await retireCopies(context, node, rule.graph.source.imageId)) onUnclear(use);
  },
  "withdraw-source": (context, { rule, sharer, recorded }) =>
    withdrawShare(context, rule.graph.rule.from, rule.image, sharer, recorded),
  "end-transit": endTransit,
};

/** An action as a task of the graph; its failure leaves what it was to do to the next run. */
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
