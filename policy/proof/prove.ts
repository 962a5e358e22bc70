import { evaluate } from "../evaluate";
import type { Verdict } from "../evaluate/types";
import type { ProofCall } from "./call";
import { judgeDenied, type DeniedCall } from "./denied";
import { documentsFor, type ProofDocuments } from "./documents";

/** What the documents say to a call that must be allowed. */
export function judgeCall(call: ProofCall, documents: ProofDocuments): Verdict {
  return evaluate(call.request, documentsFor(call.request, documents));
}

/** The first call that must be allowed and is not; undefined when all are. */
export function firstRefused(calls: Iterable<ProofCall>, documents: ProofDocuments): ProofCall | undefined {
  for (const call of calls) if (!judgeCall(call, documents).allowed) return call;
  return undefined;
}

/** Whether a refusal is proved: what is unknown may be allowed. */
export function isProvedRefused(verdict: Verdict): boolean {
  return !verdict.allowed && verdict.reason !== "unknown";
}

/** The first call that must be refused and is not proved to be; undefined when all are. */
export function firstLeak(calls: Iterable<DeniedCall>, documents: ProofDocuments): DeniedCall | undefined {
  for (const call of calls) if (!isProvedRefused(judgeDenied(call, documents))) return call;
  return undefined;
}
