import {
  isProvedRefused,
  judgeCall,
  type DeniedCall,
  type ProofCall,
  type ProofDocuments,
} from "../../policy/proof";

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
