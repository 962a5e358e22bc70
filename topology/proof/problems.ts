import type { Problem } from "../../core/errors";
import { keyReferenceId, proofTarget, type KeyReference } from "../../policy";
import type { AccessRequest, Decider, Unknown } from "@keyferry/evaluator";
import { keyDeclarations, namedKeyDeclarations } from "../access";
import type { Topology } from "../model";
import type { Leak, MissingStatement, ProofFailure, TopologyProof } from "./prove";
import { foreignKeys } from "./table-documents";

/** Maximum number of leaks that are listed: one statement that is too permissive can allow hundreds of calls. */
const LEAKS_SHOWN = 5;

/** The findings of a proof, for people: one problem per call that fails, and one per statement that allows too much. */
export function proofProblems(topology: Topology, proof: TopologyProof): readonly Problem[] {
  const name = namesOfKeys(topology);
  return [
    ...proof.failures.map((failure) => failureProblem(failure, name)),
    ...leakProblems(proof.leaks, name),
  ];
}

type Naming = (text: string) => string;

/** Keys have no ARN before they are deployed, so they are shown by their aliases. */
export function namesOfKeys(topology: Topology): Naming {
  const keys: readonly KeyReference[] = [
    ...keyDeclarations(topology),
    ...namedKeyDeclarations(topology),
    ...foreignKeys(topology),
  ];
  const names = new Map(
    keys.map((key) => [
      proofTarget.keyArn(key),
      `key ${keyReferenceId(key).split("/").slice(2).join("/")} of ${key.account} ${key.region}`,
    ]),
  );
  return (text) =>
    text.replace(/arn:[a-z-]+:kms:[^\s,]+:key\/[0-9a-f-]{36}/g, (arn) => names.get(arn) ?? arn);
}

function failureProblem({ jobs, call, missing, deniedBy, unknown }: ProofFailure, name: Naming): Problem {
  const path =
    jobs.length > 3 ? `${jobs.slice(0, 3).join(", ")} and ${jobs.length - 3} more` : jobs.join(", ");
  if (unknown.length > 0) {
    return {
      path,
      what: `${name(callText(call.request))} is not proved (${call.when}): ${unknownText(unknown)}`,
    };
  }
  const what = `${name(callText(call.request))} is refused (${call.when})`;
  return {
    path,
    what: deniedBy.length === 0 ? what : `${what}: denied by ${decidersText(deniedBy)}`,
    ...(missing.length === 0 ? {} : { fix: missing.map((half) => name(missingText(half))).join(" ") }),
  };
}

function missingText({ account, what, statement }: MissingStatement): string {
  return statement === undefined
    ? what
    : `Account ${account} must have the statement ${statement.statement} of the permission table in the ${statement.document}.`;
}

/** Leaks through the same statements are reported together. */
function leakProblems(leaks: readonly Leak[], name: Naming): Problem[] {
  const groups = new Map<string, Leak[]>();
  for (const leak of leaks) {
    const by = leak.unknown.length > 0 ? unknownText(leak.unknown) : decidersText(leak.by);
    groups.set(by, [...(groups.get(by) ?? []), leak]);
  }
  return [...groups].map(([by, group]) => {
    const shown = group
      .slice(0, LEAKS_SHOWN)
      .map(({ request, what }) => `${name(callText(request))} (${name(what)})`);
    const more = group.length > LEAKS_SHOWN ? `, and ${group.length - LEAKS_SHOWN} more` : "";
    if (group[0] !== undefined && group[0].unknown.length > 0) {
      return {
        path: "outside of every copy job",
        what: `${shown.join("; ")}${more} ${group.length === 1 ? "is" : "are"} not proved to be refused: ${by}`,
      };
    }
    return {
      path: "outside of every copy job",
      what: `${shown.join("; ")}${more} ${group.length === 1 ? "is" : "are"} allowed by ${by}`,
      fix: `narrow ${by}`,
    };
  });
}

function callText({ principal, action, resource }: AccessRequest): string {
  const who = (principal.roleArn ?? principal.arn).replace(/^arn:[^:]*:[^:]*::(\d{12}):(.*)$/, "$2 of $1");
  return `${who}: ${action}${resource === "*" ? "" : ` on ${resource}`}`;
}

function unknownText(unknown: readonly Unknown[]): string {
  return unknown.map(({ document, why }) => `the ${document} is not known, ${why}`).join("; ");
}

function decidersText(deciders: readonly Decider[]): string {
  return deciders.map(({ statement, document }) => `statement ${statement} of the ${document}`).join(" and ");
}
