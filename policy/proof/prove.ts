import { type AccessRequest, evaluate, isAllowed, type Verdict } from "@keyferry/evaluator";
import { byValue } from "@keyferry/common";
import { must } from "../../core/must";
import type { ProofCall } from "./call";
import { documentsFor, type ProofDocuments } from "./documents";
import { partiesBefore, type Parties } from "./parties";
import type { AskedQuestion } from "./questions";
import { DOCUMENTS_OF, serviceOf, type Refuser } from "./refuser";
import { runsOf } from "./runs";

/** The verdict of the documents on a call that must be allowed. */
export function judgeCall({ request }: ProofCall, documents: ProofDocuments): Verdict {
  return evaluate(request, documentsFor(request, documents));
}

/**
 * The verdict on each call that must be allowed and is not. Each document is evaluated once for all callers and resources
 * that it does not distinguish; only a call that a document does not allow is judged individually.
 */
export function refusedCalls(
  calls: readonly ProofCall[],
  documents: ProofDocuments,
): ReadonlyMap<ProofCall, Verdict> {
  const partiesOf = partiesBefore(documents);
  const answersOf = byValue<Parties, Answers>(() => ({ toEach: new Map(), allowed: new Set() }));
  const refused = new Map<ProofCall, Verdict>();
  for (const { calls: run, asked, actions } of runsOf(calls)) {
    const { request } = run[0];
    const doubtful = new Set<ProofCall>();
    for (const half of halvesOf(request)) {
      const parties = partiesOf(request, half, actions);
      const { toEach, allowed } = answersOf(parties);
      if (allowed.has(asked)) continue;
      let isEachAllowed = true;
      run.forEach((call, index) => {
        const question = must(asked[index], "the question of a call").numberFor(parties.keys);
        let answer = toEach.get(question);
        if (answer === undefined) {
          answer = isAllowed(call.request, DOCUMENTS_OF[half](call.request, documents));
          toEach.set(question, answer);
        }
        if (!answer) doubtful.add(call);
        isEachAllowed &&= answer;
      });
      if (isEachAllowed) allowed.add(asked);
    }
    for (const call of doubtful.size === 0 ? [] : run) {
      if (!doubtful.has(call)) continue;
      const verdict = judgeCall(call, documents);
      if (!verdict.allowed) refused.set(call, verdict);
    }
  }
  return refused;
}

/** The answers of the documents for some parties. */
interface Answers {
  /** By the number of the question. */
  readonly toEach: Map<number, boolean>;
  /** Lists of questions that are all allowed. */
  readonly allowed: Set<readonly AskedQuestion[]>;
}

/** The documents that must each allow a call if the other one allows everything; together they then allow it. */
function halvesOf({ action }: AccessRequest): readonly Refuser[] {
  return ["kms", "s3", "sts"].includes(serviceOf(action)) ? BOTH : CALLERS_OWN;
}

const BOTH: readonly Refuser[] = ["identity", "resource"];
const CALLERS_OWN: readonly Refuser[] = ["identity"];
