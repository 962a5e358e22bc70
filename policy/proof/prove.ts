import { evaluate, isAllowed } from "../evaluate";
import type { AccessRequest, Verdict } from "../evaluate/types";
import { byValue } from "../../core/derived";
import type { ProofCall } from "./call";
import { documentsFor, type ProofDocuments } from "./documents";
import { partiesBefore, type Parties } from "./parties";
import { questions } from "./questions";
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
  const questionOf = questions();
  const answersOf = byValue<Parties, Map<number, boolean>>(() => new Map());
  const refused = new Map<ProofCall, Verdict>();
  for (const run of runsOf(calls)) {
    const { request } = run[0];
    const halves = halvesOf(request).map((half) => {
      const parties = partiesOf(request, half);
      return { half, keys: parties.keys, answers: answersOf(parties) };
    });
    for (const call of run) {
      const { numberFor } = questionOf(call);
      let isAllowedByAll = true;
      for (const { half, keys, answers } of halves) {
        const question = numberFor(keys);
        let answer = answers.get(question);
        if (answer === undefined) {
          answer = isAllowed(call.request, DOCUMENTS_OF[half](call.request, documents));
          answers.set(question, answer);
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
