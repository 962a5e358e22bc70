import type { AccessRequest, Decider, MissingHalf, Unknown, Verdict } from "@keyferry/evaluator";
import {
  isProvedRefused,
  isStandIn,
  judgeCall,
  judgeDenied,
  partiesBefore,
  partiesInEachAccount,
  refusedCalls,
  type DeniedCall,
  type PartiesOf,
  type ProofCall,
  type ProofDocuments,
  type Refuser,
} from "../../policy/proof";
import type { Topology } from "../model";
import { deniedParts } from "./denied-calls";
import { distinctCalls, provedJobs, type ProvedJob } from "./job-calls";
import { tableDocuments } from "./table-documents";

/** A statement that an account must add so that a call is allowed. */
export interface MissingStatement extends MissingHalf {
  /** The statement of the permission table that allows it, and its document. @default - the table has none */
  readonly statement?: Decider;
}

/** A call that must be allowed but is not. */
export interface ProofFailure {
  readonly jobs: readonly string[];
  readonly call: ProofCall;
  /** Empty if a statement denies the call. */
  readonly missing: readonly MissingStatement[];
  /** Statements that deny the call. */
  readonly deniedBy: readonly Decider[];
  /** Unknown documents that the call depends on; the call is then not refused, but not proved. */
  readonly unknown: readonly Unknown[];
}

/** A call that must be refused, but whose refusal is not proved. */
export interface Leak {
  readonly what: string;
  readonly request: AccessRequest;
  readonly refuser: Refuser;
  /** Statements that allow it; empty if they are unknown. */
  readonly by: readonly Decider[];
  /** Unknown documents that the refusal depends on. */
  readonly unknown: readonly Unknown[];
}

export interface TopologyProof {
  /** Whether every call of every job is allowed, and every call around them is refused. */
  readonly ok: boolean;
  readonly jobs: readonly ProvedJob[];
  /** The different calls of the jobs, each once. */
  readonly calls: readonly ProofCall[];
  /** The verdict of the documents on a call of the jobs. */
  readonly verdictOn: (call: ProofCall) => Verdict;
  /** How many calls around them are refused, in all accounts; counted only when it is read. */
  readonly denied: number;
  readonly failures: readonly ProofFailure[];
  readonly leaks: readonly Leak[];
  /** Assumptions about policies that Keyferry does not generate. */
  readonly assumptions: readonly string[];
}

/**
 * Proves, without credentials, that documents allow each call of each copy job and of each replication, and no call around them.
 * @param documents @default - the documents that the permission table generates for the topology
 */
export function proveTopology(
  topology: Topology,
  documents: ProofDocuments = tableDocuments(topology),
): TopologyProof {
  const jobs = provedJobs(topology);
  const calls = distinctCalls(jobs);
  const refused = refusedCalls(calls, documents);
  const around = (partiesOf: PartiesOf) => deniedParts(topology, calls, partiesOf);
  const isTight = leaksAmong(around(partiesBefore(documents)), documents).length === 0;
  // The first pass tests one of each group of equal parties. If it finds a leak, the leaks of each account are searched.
  const leaks = isTight ? [] : leaksAmong(around(partiesInEachAccount(documents)), documents);
  const failures = failuresOf(topology, jobs, refused);
  return {
    ok: failures.length === 0 && leaks.length === 0,
    jobs,
    calls,
    verdictOn: (call) => refused.get(call) ?? judgeCall(call, documents),
    get denied() {
      return countOf(around(partiesInEachAccount(documents)));
    },
    failures,
    leaks,
    assumptions: documents.assumptions,
  };
}

function leaksAmong(parts: Iterable<readonly DeniedCall[]>, documents: ProofDocuments): readonly Leak[] {
  const leaks: Leak[] = [];
  for (const part of parts) {
    for (const call of part) {
      if (isProvedRefused(call, documents)) continue;
      const verdict = judgeDenied(call, documents);
      const by = verdict.allowed ? verdict.by.filter(({ document }) => !isStandIn(document)) : [];
      leaks.push({ ...call, by, unknown: unknownOf(verdict) });
    }
  }
  return leaks;
}

function countOf(parts: Iterable<readonly unknown[]>): number {
  let count = 0;
  for (const part of parts) count += part.length;
  return count;
}

function failuresOf(
  topology: Topology,
  jobs: readonly ProvedJob[],
  refused: ReadonlyMap<ProofCall, Verdict>,
): readonly ProofFailure[] {
  if (refused.size === 0) return [];
  const table = tableDocuments(topology);
  const ofRoles = new Set(
    [...table.roles.values()].flatMap(({ identity }) => identity.map(({ name }) => name)),
  );
  return [...refused].map(([call, verdict]) => ({
    jobs: jobs.filter(({ groups }) => groups.some((group) => group.includes(call))).map(({ job }) => job.id),
    call,
    missing: missingStatements(verdict, judgeCall(call, table), ofRoles),
    deniedBy: !verdict.allowed && verdict.reason === "explicit-deny" ? verdict.by : [],
    unknown: unknownOf(verdict),
  }));
}

function unknownOf(verdict: Verdict): readonly Unknown[] {
  return !verdict.allowed && verdict.reason === "unknown" ? verdict.unknown : [];
}

/** Each missing half, with the statement of the table that allows the call. `ofRoles`: names of identity policies. */
function missingStatements(
  verdict: Verdict,
  expected: Verdict,
  ofRoles: ReadonlySet<string>,
): readonly MissingStatement[] {
  if (verdict.allowed || verdict.reason !== "missing-allow") return [];
  return verdict.missing.map((half) => {
    const statement = expected.allowed
      ? expected.by.find(({ document }) => ofRoles.has(document) === (half.side === "identity"))
      : undefined;
    return { ...half, ...(statement === undefined ? {} : { statement }) };
  });
}
