import { evaluate, isAllowed } from "../evaluate";
import type { AccessRequest, Verdict } from "../evaluate/types";
import { byQuestion } from "./by-question";
import type { ProofCall } from "./call";
import { documentsFor, type ProofDocuments } from "./documents";
import { partiesBefore } from "./parties";
import { DOCUMENTS_OF, isProvedRefused, serviceOf, type DeniedCall, type Refuser } from "./refuser";
import { runsOf } from "./runs";

/** What the documents say to a call that must be allowed. */
export function judgeCall({ request }: ProofCall, documents: ProofDocuments): Verdict {
  return evaluate(request, documentsFor(request, documents));
}

/**
 * What the documents say to each call that must be allowed and is not. Each document is asked once for all callers and
 * resources that it does not tell apart; only a call that some document does not allow is judged by itself.
 */
export function refusedCalls(
  calls: Iterable<ProofCall>,
  documents: ProofDocuments,
): ReadonlyMap<ProofCall, Verdict> {
  const partiesOf = partiesBefore(documents);
  const answersTo = byQuestion(() => new Map<number, boolean>());
  const refused = new Map<ProofCall, Verdict>();
  for (const run of runsOf(calls)) {
    const { request } = run[0];
    const halves = halvesOf(request).map((half) => ({ half, parties: partiesOf(request, half) }));
    for (const call of run) {
      const answers = answersTo(call);
      let isAllowedByAll = true;
      for (const { half, parties } of halves) {
        let answer = answers.get(parties);
        if (answer === undefined) {
          answer = isAllowed(call.request, DOCUMENTS_OF[half](call.request, documents));
          answers.set(parties, answer);
        }
        isAllowedByAll &&= answer;
      }
      if (isAllowedByAll) continue;
      const verdict = judgeCall(call, documents);
      if (!verdict.allowed) refused.set(call, verdict);
    }
  }
  return refused;
}

/** Documents that allow a call together when each of them does while the other one allows everything. */
function halvesOf({ action }: AccessRequest): readonly Refuser[] {
  return serviceOf(action) === "kms" || serviceOf(action) === "sts" ? BOTH : CALLERS_OWN;
}

const BOTH: readonly Refuser[] = ["identity", "resource"];
const CALLERS_OWN: readonly Refuser[] = ["identity"];

/** The first call that must be allowed and is not; undefined when all are. */
export function firstRefused(calls: Iterable<ProofCall>, documents: ProofDocuments): ProofCall | undefined {
  for (const call of calls) if (!judgeCall(call, documents).allowed) return call;
  return undefined;
}

/** The first call that must be refused and is not proved to be; undefined when all are. */
export function firstLeak(calls: Iterable<DeniedCall>, documents: ProofDocuments): DeniedCall | undefined {
  for (const call of calls) if (!isProvedRefused(call, documents)) return call;
  return undefined;
}
