import { byValue, derived } from "@keyferry/common";
import type { SomeActions } from "@keyferry/evaluator";
import { actionsAround } from "./actions-around";
import type { ProofCall } from "./call";
import { questions, type AskedQuestion } from "./questions";
import { serviceOf } from "./refuser";

/** Calls of one service that one caller makes on one resource: the same documents decide about all of them. */
export interface Run {
  readonly calls: readonly [ProofCall, ...ProofCall[]];
  /** The question of each call: one list object for all runs with the same questions. */
  readonly asked: readonly AskedQuestion[];
  /** Their actions, and the others for which their caller's policies are compared together with them. */
  readonly actions: SomeActions;
}

/** Calls in their order, split where the caller, resource or service changes. */
export const runsOf = derived((calls: readonly ProofCall[]): readonly Run[] => {
  const questionOf = questions();
  const listOf = byValue(
    (asked: readonly AskedQuestion[]) => asked,
    (asked) => asked.map(({ id }) => id).join(),
  );
  const actionsOf = derived((asked: readonly AskedQuestion[]) =>
    actionsAround(asked.map(({ action }) => action)),
  );
  return cut(calls).map((run) => {
    const asked = listOf(run.map(questionOf));
    return { calls: run, asked, actions: actionsOf(asked) };
  });
});

function cut(calls: readonly ProofCall[]): readonly Run["calls"][] {
  const runs: [ProofCall, ...ProofCall[]][] = [];
  for (const call of calls) {
    const last = runs.at(-1);
    if (last !== undefined && isOfOneRun(last[0], call)) last.push(call);
    else runs.push([call]);
  }
  return runs;
}

function isOfOneRun(first: ProofCall, second: ProofCall): boolean {
  const { principal, resource, resourceAccount, action } = second.request;
  return (
    first.request.principal === principal &&
    first.request.resource === resource &&
    first.request.resourceAccount === resourceAccount &&
    first.openToAccount === second.openToAccount &&
    serviceOf(first.request.action) === serviceOf(action)
  );
}
