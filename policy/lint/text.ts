import type { FileReport, PolicyReport } from "./templates";
import type { Finding, LintReport } from "./types";

const KIND_NAMES = {
  key: "a key policy",
  identity: "an identity policy",
  trust: "a trust policy",
  bucket: "a bucket policy",
} as const;

/** The report for people: what, where, why, what to do. `name` is the name of the policy, for example the path of its file. */
export function lintText(report: LintReport, name: string): string {
  const taken =
    report.kind === undefined
      ? `the kind of policy is not known, because ${report.kindBecause}: only rules for every kind were applied`
      : `checked as ${KIND_NAMES[report.kind]}: ${report.kindBecause}`;
  const count = report.findings.length;
  const checked = Object.values(report.verdicts).filter((verdict) => verdict !== "not-applicable").length;
  const verdict = count === 0 ? "no mistake found" : counted(count, "mistake");
  const rules = checked === 1 ? "1 rule applies" : `${checked} rules apply`;
  return [`${name}: ${verdict}; ${rules} (${taken})`, ...report.findings.map(findingText)].join("\n\n");
}

/** The report of a file that contains policies: every mistake with its policy, and the policies that could not be read. */
export function fileText({ form, note, policies, unread }: FileReport, name: string): string {
  const mistakes = policies.reduce((sum, { findings }) => sum + findings.length, 0);
  const found = mistakes === 0 ? "no mistake found" : counted(mistakes, "mistake");
  return [
    `${name}: ${found}; ${form} with ${counted(policies.length, "policy", "policies")} that can be read`,
    ...(note === undefined ? [] : [note]),
    ...policies.map(policyText),
    ...unread.map((policy) => `${policy.name}: not checked: ${policy.why}`),
  ].join("\n\n");
}

function policyText(report: PolicyReport): string {
  const later = report.unresolved.map((place) => (place === "" ? "the document" : place)).join(", ");
  const note =
    later === "" ? [] : [`not checked, because the value is known only after the deployment: ${later}`];
  return [lintText(report, report.name), ...note].join("\n\n");
}

function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

function findingText(finding: Finding): string {
  return [
    `${whereText(finding)}: ${finding.what}  [${finding.rule}]`,
    `  why: ${finding.explanation} (${finding.source})`,
    `  fix: ${finding.fix}`,
  ].join("\n");
}

function whereText({ place, statement, line, column }: Finding): string {
  const named = statement === undefined || statement.startsWith("#") ? "" : ` (${statement})`;
  const position = line === undefined ? "" : `line ${line}:${column}, `;
  return `${position}${place === "" ? "the document" : place}${named}`;
}
