import type { Finding } from "../finding";
import { isBlocked, type Review } from "../review";
import { RULES } from "../rules";
import { markdown } from "./escape";
import { summaryOf } from "./text";

/** Marks the comment, so that a later review finds it. */
export const MARKER = "<!-- keyferry-review -->";

/** Longest comment that GitHub accepts. Source: tfcmt, which reads it from GitHub's answers. */
export const LONGEST_COMMENT = 65_536;

/** One rule's findings. */
interface Section {
  readonly rule: string;
  readonly count: number;
  readonly full: string;
  /** Without the requests and the sources. */
  readonly brief: string;
}

/**
 * The review as one comment: the most important findings first, with details folded. What does not fit is left out in whole
 * sections, the least important first, and the comment says so.
 * @param longest characters
 */
export function markdownOf(review: Review, longest = LONGEST_COMMENT): string {
  const sections = sectionsOf(review.findings);
  const head = [
    MARKER,
    `## Keyferry review: ${isBlocked(review) ? "blocked" : review.findings.length === 0 ? "nothing changes" : "nothing blocks"}`,
    "",
    markdown(summaryOf(review)),
    "",
  ].join("\n");
  const forms = sections.map(({ full }) => full);
  const write = (count: number) =>
    [head, ...forms.slice(0, count), leftOut(sections, forms, count)].join("\n");
  for (let index = sections.length - 1; index >= 0 && write(sections.length).length > longest; index -= 1) {
    forms[index] = sections[index]?.brief ?? "";
  }
  let count = sections.length;
  while (count > 0 && write(count).length > longest) count -= 1;
  return write(count);
}

function sectionsOf(findings: readonly Finding[]): readonly Section[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const id = `${finding.severity} ${finding.rule}`;
    groups.set(id, [...(groups.get(id) ?? []), finding]);
  }
  return [...groups.values()].map((group) => {
    const [{ rule, severity } = { rule: "", severity: "notice" }] = group;
    const described = RULES.find(({ id }) => id === rule)?.description ?? "";
    const title = `${severity === "blocking" ? "Blocking" : "Notice"}: <code>${markdown(rule)}</code> (${group.length})`;
    const write = (item: (finding: Finding) => string) => {
      const items = [markdown(described), "", ...group.map(item), ""].join("\n");
      return severity === "blocking"
        ? `### ${title}\n\n${items}`
        : `<details><summary>${title}</summary>\n\n${items}\n</details>\n`;
    };
    return { rule, count: group.length, full: write(fullItem), brief: write(briefItem) };
  });
}

function briefItem({ message, exception }: Finding): string {
  const accepted = exception === undefined ? "" : `<br>accepted: ${markdown(exception)}`;
  return `- ${markdown(message)}${accepted}`;
}

function fullItem(finding: Finding): string {
  const { including = [], witnesses = [], sources } = finding;
  const lines = [
    ...(including.length === 0 ? [] : [`including ${including.map(markdown).join(", ")}`]),
    ...witnesses.map(({ actions, context, before, after }) => {
      const conditions = Object.entries(context).map(([key, value]) => `${key} ${String(value)}`);
      const request = `${actions.join(", ")}${conditions.length === 0 ? "" : ` with ${conditions.join(" and ")}`}`;
      return `${markdown(request)}<br>before: ${markdown(before)}<br>after: ${markdown(after)}`;
    }),
    ...(sources.length === 0 ? [] : [`at ${sources.map(markdown).join(", ")}`]),
  ];
  if (lines.length === 0) return briefItem(finding);
  const details = lines.map((line) => `<li>${line}</li>`).join("");
  return `${briefItem(finding)} <details><summary>why and where</summary><ul>${details}</ul></details>`;
}

function leftOut(sections: readonly Section[], forms: readonly string[], count: number): string {
  const without = sections.slice(count);
  const shortened = sections
    .slice(0, count)
    .filter(({ brief, full }, index) => forms[index] === brief && brief !== full);
  const lines = [
    ...(shortened.length === 0 ? [] : [`Requests and sources are left out for ${namesOf(shortened)}.`]),
    ...(without.length === 0 ? [] : [`These findings are left out: ${namesOf(without)}.`]),
  ];
  if (lines.length === 0) return "";
  return `**This comment would be too long.** ${lines.join(" ")} The JSON output has everything.\n`;
}

function namesOf(sections: readonly Section[]): string {
  return sections.map(({ rule, count }) => `<code>${markdown(rule)}</code> (${count})`).join(", ");
}
