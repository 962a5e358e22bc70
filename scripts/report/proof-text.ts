import { mistakeText, ConfigurationError } from "../../core/errors";
import type { ProofCall } from "../../policy/proof";
import type { Topology } from "../../topology";
import { askedStatements, proofProblems, type CallGroup, type TopologyProof } from "../../topology/proof";
import { table } from "./table";
import { hanging } from "./wrap";

/** A proof as JSON: every call once, and the jobs refer to calls by number. */
export function proofJson(topology: Topology, proof: TopologyProof): object {
  const numbers = new Map(proof.calls.map((call, number) => [call, number]));
  return {
    topology: topology.name,
    ok: proof.ok,
    jobs: proof.jobs.map(({ job, groups }) => ({
      job: job.id,
      calls: groups.flat().map((call) => numbers.get(call)),
    })),
    calls: proof.calls.map((call) => ({
      when: call.when,
      basis: call.basis,
      ...call.request,
      verdict: proof.verdictOn(call),
    })),
    refusedAround: proof.denied,
    problems: proofProblems(topology, proof),
    failures: proof.failures.map(({ jobs, call, missing, deniedBy }) => ({
      jobs,
      call: numbers.get(call),
      missing,
      deniedBy,
    })),
    leaks: proof.leaks,
    assumptions: proof.assumptions,
    keyPolicies: askedStatements(topology).map(({ asked: { key, purpose }, statements }) => ({
      account: key.account,
      region: key.region,
      key: key.alias,
      purpose,
      statements,
    })),
  };
}

/**
 * Jobs with their calls, then everything that is wrong, then the assumptions.
 * @param columns characters in a line. @default - unlimited
 */
export function proofText(
  topology: Topology,
  proof: TopologyProof,
  { unread, wrongGrants }: { readonly unread: readonly string[]; readonly wrongGrants: readonly string[] },
  columns?: number,
): string {
  const problems = proofProblems(topology, proof);
  const verdict = proof.ok
    ? `proved: ${proof.calls.length} different calls are allowed, ${proof.denied} similar calls are refused`
    : mistakeText(new ConfigurationError(problems, "the permissions"));
  const section = (head: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : [[`${head}:`, ...texts.map((text) => hanging(text, columns, "  "))].join("\n")];
  const refused = new Set(proof.failures.map(({ call }) => call));
  const rows = proof.jobs.map((job) => rowOf(job.job.id, job.groups, refused));
  return [
    table([["job", "AWS checks", "AWS documents", "verdict"], ...rows], columns),
    hanging(verdict, columns),
    ...section("assumptions", proof.assumptions),
    ...section(
      "statements that the policies of existing keys must contain",
      askedStatements(topology).map(
        ({ asked: { key }, statements }) =>
          `${key.alias} of account ${key.account} in ${key.region}: ${JSON.stringify(statements)}`,
      ),
    ),
    ...section("wrong grants", wrongGrants),
    ...section("not checked", unread),
  ].join("\n\n");
}

function rowOf(
  job: string,
  groups: readonly CallGroup[],
  refused: ReadonlySet<ProofCall>,
): readonly string[] {
  const calls = groups.flat();
  const isAllowed = (call: ProofCall) => !refused.has(call);
  const count = (basis: string) => {
    const all = calls.filter((call) => call.basis === basis);
    return `${all.filter(isAllowed).length} of ${all.length}`;
  };
  return [job, count("enforced"), count("documented"), calls.every(isAllowed) ? "allowed" : "REFUSED"];
}
