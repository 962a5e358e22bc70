import type { CheckState, Finding } from "../doctor/finding";
import { table } from "./table";
import { hanging } from "./wrap";

/** What the doctor has seen, as data. */
export interface ShownExamination {
  readonly findings: readonly Finding[];
}

const WORDS: Readonly<Record<CheckState, string>> = {
  passed: "passed",
  failed: "FAILED",
  unknown: "unknown",
};

/**
 * A line for each check, then what has failed, what nobody could see, and what would be better.
 * @param columns characters in a line. @default - as many as it takes
 */
export function doctorText({ findings }: ShownExamination, columns?: number): string {
  const of = (state: CheckState) => findings.filter((finding) => finding.state === state);
  const advised = findings.filter(({ advice }) => advice !== undefined);
  const section = (head: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : [`${head}:\n${texts.map((text) => hanging(text, columns)).join("\n")}`];
  return [
    table([["CHECK", "PASSED", "FAILED", "UNKNOWN"], ...rows(findings)], columns),
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
