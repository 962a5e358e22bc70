import type { ProofCall } from "./call";
import { serviceOf } from "./refuser";

/** Calls of one service that one caller makes on one resource: whoever decides about one of them decides about all. */
export type Run = readonly [ProofCall, ...ProofCall[]];

/** Calls in their order, cut where the next one has another caller, resource or service. */
export function* runsOf(calls: Iterable<ProofCall>): Generator<Run> {
  let run: [ProofCall, ...ProofCall[]] | undefined;
  for (const call of calls) {
    if (run !== undefined && isOfOneRun(run[0], call)) {
      run.push(call);
      continue;
    }
    if (run !== undefined) yield run;
    run = [call];
  }
  if (run !== undefined) yield run;
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
