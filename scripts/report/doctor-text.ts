import type { CheckState, Finding } from "../engine/finding";
import { table } from "./table";
import { hanging } from "./wrap";

/** The doctor's findings, as data. */
export interface ShownExamination {
  readonly findings: readonly Finding[];
}

const WORDS: Readonly<Record<CheckState, string>> = {
  passed: "passed",
  failed: "FAILED",
  unknown: "unknown",
};

/**
 * A line for each check, then what failed, what could not be checked, and what could be better.
 * @param columns characters in a line. @default - unlimited
 */
export function doctorText({ findings }: ShownExamination, columns?: number): string {
  const of = (state: CheckState) => findings.filter((finding) => finding.state === state);
  const advised = findings.flatMap((finding) =>
    finding.advice === undefined ? [] : [{ ...finding, fix: finding.advice }],
  );
  const section = (head: string, texts: readonly string[]) =>
    texts.length === 0 ? [] : [`${head}:\n${texts.map((text) => hanging(text, columns)).join("\n")}`];
  return [
    table([["CHECK", "PASSED", "FAILED", "UNKNOWN"], ...rows(findings)], columns),
    ...section("failed", grouped(of("failed"), "fix")),
    ...section("could not be checked", grouped(of("unknown"), "fix")),
    ...section("could be better", grouped(advised, "advice")),
    `${findings.length} checks: ${(["passed", "failed", "unknown"] as const).map((state) => `${of(state).length} ${WORDS[state]}`).join(", ")}`,
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

/** The maximum number of places of one fix, and of subjects of one place, that are printed; `--json` has all. */
const SHOWN = 10;

/** Groups findings that have the same fix, and prints the fix once. */
function grouped(findings: readonly Finding[], word: "fix" | "advice"): readonly string[] {
  return by(findings, ({ check, fix = "" }) => `${check}\n${fix}`).map((group) => {
    const [{ check, fix }] = group;
    const places = by(group, ({ what }) => what).map(
      (same) => `  ${shown(unique(same, ({ subject }) => subject)).join(", ")}: ${same[0].what}`,
    );
    const accounts = unique(group, ({ account }) => account);
    const whose = accounts.length === 0 ? "" : `, account ${shown(accounts).join(", ")}`;
    return [
      ...shown(places, "  "),
      ...(fix === undefined ? [] : [`    ${word}: ${fix}`]),
      `    check: ${check}${whose}`,
    ].join("\n");
  });
}

function shown(texts: readonly string[], indent = ""): readonly string[] {
  if (texts.length <= SHOWN) return texts;
  return [...texts.slice(0, SHOWN), `${indent}and ${texts.length - SHOWN} more`];
}

type Group = readonly [Finding, ...(readonly Finding[])];

function by(findings: readonly Finding[], key: (finding: Finding) => string): readonly Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(key(finding));
    if (group === undefined) groups.set(key(finding), [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function unique(
  findings: readonly Finding[],
  text: (finding: Finding) => string | undefined,
): readonly string[] {
  return [...new Set(findings.flatMap((finding) => text(finding) ?? []))];
}
