import { lintReport, statementPlace } from "..";
import type { Finding, LintReport } from "../types";
import type { FoundPolicy, PolicyFile, UnreadPolicy } from "./found";

export interface PolicyReport extends LintReport {
  readonly name: string;
  /** Places whose values are known only after the deployment; no mistake is reported there. */
  readonly unresolved: readonly string[];
}

export interface FileReport {
  readonly form: string;
  readonly note?: string;
  readonly policies: readonly PolicyReport[];
  readonly unread: readonly UnreadPolicy[];
}

/** The mistakes of every policy in a file. */
export function fileReport({ policies, ...file }: PolicyFile): FileReport {
  return { ...file, policies: policies.map(policyReport) };
}

function policyReport({ name, unresolved, ...subject }: FoundPolicy): PolicyReport {
  const report = lintReport(subject);
  const findings = report.findings.filter(
    (finding) => !unresolved.some((place) => dependsOn(finding, place)),
  );
  return { name, ...report, kindBecause: "from the type of its resource", findings, unresolved };
}

/** Whether a mistake is in an unknown value, or concerns as a whole the statement that contains the unknown value. */
function dependsOn({ place }: Finding, unresolved: string): boolean {
  return (
    place === unresolved ||
    place.startsWith(`${unresolved}.`) ||
    place.startsWith(`${unresolved}[`) ||
    place === statementPlace(unresolved)
  );
}
