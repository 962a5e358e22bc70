import type { AccessRequest, Decider, MissingHalf, Verdict } from "../../policy/evaluate/types";
import {
  judgeCall,
  judgeDenied,
  type ProofCall,
  type ProofDocuments,
  type Refuser,
} from "../../policy/proof";
import type { Topology } from "../model";
import { deniedCalls } from "./denied-calls";
import { jobCalls } from "./job-calls";
import { tableDocuments } from "./table-documents";

/** One call of a job and what the documents say to it. */
export interface ProvedCall {
  readonly call: ProofCall;
  readonly verdict: Verdict;
}

export interface JobProof {
  /** `web -> prod eu-central-1` */
  readonly job: string;
  readonly calls: readonly ProvedCall[];
}

/** What an account must add so that a call is allowed. */
export interface MissingStatement extends MissingHalf {
  /** The statement of the permission table that allows it, and its document; absent where the table has none. */
  readonly statement?: Decider;
}

/** A call that must be allowed and is not. */
export interface ProofFailure {
  readonly jobs: readonly string[];
  readonly call: ProofCall;
  /** Empty when a statement denies the call. */
  readonly missing: readonly MissingStatement[];
  /** Statements that deny the call. */
  readonly deniedBy: readonly Decider[];
}

/** A call that must be refused and is not. */
export interface Leak {
  readonly what: string;
  readonly request: AccessRequest;
  readonly refuser: Refuser;
  /** Statements that allow it. */
  readonly by: readonly Decider[];
}

export interface TopologyProof {
  /** Every call of every job is allowed, and everything around them is refused. */
  readonly ok: boolean;
  readonly jobs: readonly JobProof[];
  /** How many different calls the jobs make. */
  readonly calls: number;
  /** How many calls around them were looked at. */
  readonly denied: number;
  readonly failures: readonly ProofFailure[];
  readonly leaks: readonly Leak[];
  /** What is taken for granted about policies that are not ours. */
  readonly assumptions: readonly string[];
}

/**
 * Proves, without credentials, that documents allow each call of each copy job and nothing around it.
 * @param documents @default - what the permission table makes of the topology
 */
export function proveTopology(
  topology: Topology,
  documents: ProofDocuments = tableDocuments(topology),
): TopologyProof {
  const jobs = jobCalls(topology);
  const verdicts = new Map<ProofCall, Verdict>();
  for (const { calls } of jobs) {
    for (const call of calls) if (!verdicts.has(call)) verdicts.set(call, judgeCall(call, documents));
  }
  const proofs = jobs.map(({ job, calls }): JobProof => ({
    job: job.id,
    calls: calls.map((call) => ({ call, verdict: verdicts.get(call) ?? judgeCall(call, documents) })),
  }));
  const denied = deniedCalls(topology, verdicts.keys());
  const leaks = denied.flatMap(({ what, request, refuser }): Leak[] => {
    const verdict = judgeDenied({ what, request, refuser }, documents);
    return verdict.allowed ? [{ what, request, refuser, by: verdict.by }] : [];
  });
  const failures = failuresOf(topology, proofs, verdicts);
  return {
    ok: failures.length === 0 && leaks.length === 0,
    jobs: proofs,
    calls: verdicts.size,
    denied: denied.length,
    failures,
    leaks,
    assumptions: documents.assumptions,
  };
}

function failuresOf(
  topology: Topology,
  jobs: readonly JobProof[],
  verdicts: ReadonlyMap<ProofCall, Verdict>,
): readonly ProofFailure[] {
  const refused = [...verdicts].filter(([, verdict]) => !verdict.allowed);
  if (refused.length === 0) return [];
  const table = tableDocuments(topology);
  return refused.map(([call, verdict]) => ({
    jobs: jobs.filter(({ calls }) => calls.some((proved) => proved.call === call)).map(({ job }) => job),
    call,
    missing: missingStatements(verdict, judgeCall(call, table)),
    deniedBy: !verdict.allowed && verdict.reason === "explicit-deny" ? verdict.by : [],
  }));
}

/** Each missing half with the statement by which the table would allow the call. */
function missingStatements(verdict: Verdict, expected: Verdict): readonly MissingStatement[] {
  if (verdict.allowed || verdict.reason === "explicit-deny") return [];
  return verdict.missing.map((half) => {
    const statement = expected.allowed
      ? expected.by.find(
          ({ document }) => document.startsWith("policies of role") === (half.side === "identity"),
        )
      : undefined;
    return { ...half, ...(statement === undefined ? {} : { statement }) };
  });
}
