import type { CheckState, Finding } from "../doctor/finding";
import { table } from "./table";

/** What the doctor has seen, as data. */
export interface ShownExamination {
  readonly findings: readonly Finding[];
}

const WORDS: Readonly<Record<CheckState, string>> = {
  passed: "passed",
  failed: "FAILED",
  unknown: "unknown",
};

/** A line for each check, then what has failed, what nobody could see, and what would be better. */
export function doctorText({ findings }: ShownExamination): string {
  const of = (state: CheckState) => findings.filter((finding) => finding.state === state);
  const advised = findings.filter(({ advice }) => advice !== undefined);
  return [
    table([["CHECK", "PASSED", "FAILED", "UNKNOWN"], ...rows(findings)]),
    ...section("failed", of("failed").map(problemText)),
    ...section("could not be looked at", of("unknown").map(problemText)),
    ...section(
      "could be better",
      advised.map(({ subject, what, advice }) => `  ${subject}: ${what}\n    advice: ${advice}`),
    ),
    `${findings.length} looks: ${(["passed", "failed", "unknown"] as const).map((state) => `${of(state).length} ${WORDS[state]}`).join(", ")}`,
  ].join("\n\n");
}

function rows(findings: readonly Finding[]): readonly (readonly string[])[] {
  const checks = [...new Set(findings.map(({ check }) => check))];
  return checks.map((check) => {
    const own = findings.filter((finding) => finding.check === check);
    const count = (state: CheckState) => String(own.filter((finding) => finding.state === state).length);
    return [check, count("passed"), count("failed"), count("unknown")];
  });
}

function problemText({ check, subject, what, fix, account }: Finding): string {
  return [
    `  ${subject}: ${what}`,
    ...(fix === undefined ? [] : [`    fix: ${fix}`]),
    `    check: ${check}${account === undefined ? "" : `, account ${account}`}`,
  ].join("\n");
}

function section(head: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${head}:\n${lines.join("\n")}`];
}
