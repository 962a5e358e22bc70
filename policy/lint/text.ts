import type { Finding, LintReport } from "./types";

const KIND_NAMES = {
  key: "a key policy",
  identity: "an identity policy",
  trust: "a trust policy",
  bucket: "a bucket policy",
} as const;

/** The report for people: what, where, why, what to do. `name` is what the policy is called, a file's path for instance. */
export function lintText(report: LintReport, name: string): string {
  const taken =
    report.kind === undefined
      ? `no kind of policy could be told, because ${report.kindBecause}: only rules for every kind were applied`
      : `taken for ${KIND_NAMES[report.kind]}: ${report.kindBecause}`;
  const count = report.findings.length;
  const checked = Object.values(report.verdicts).filter((verdict) => verdict !== "not-applicable").length;
  const verdict = count === 0 ? "no mistake found" : `${count} mistake${count === 1 ? "" : "s"}`;
  const rules = checked === 1 ? "1 rule applies" : `${checked} rules apply`;
  return [`${name}: ${verdict}; ${rules} (${taken})`, ...report.findings.map(findingText)].join("\n\n");
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
