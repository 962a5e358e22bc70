import {
  isProvedRefused,
  judgeCall,
  type DeniedCall,
  type ProofCall,
  type ProofDocuments,
} from "../../policy/proof";

/** The first call that must be allowed but is not; undefined if all are. */
export function firstRefused(calls: Iterable<ProofCall>, documents: ProofDocuments): ProofCall | undefined {
  for (const call of calls) if (!judgeCall(call, documents).allowed) return call;
  return undefined;
}

/** The first call that must be refused but is not proved to be; undefined if all are. */
export function firstLeak(calls: Iterable<DeniedCall>, documents: ProofDocuments): DeniedCall | undefined {
  for (const call of calls) if (!isProvedRefused(call, documents)) return call;
  return undefined;
}
