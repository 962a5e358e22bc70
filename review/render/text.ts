import { visible } from "../../core/visible";
import type { Finding } from "../finding";
import { isBlocked, type Review } from "../review";

/** The review for a terminal, without control characters. */
export function textOf(review: Review): string {
  const { findings } = review;
  if (findings.length === 0) return visible(summaryOf(review));
  const blocking = findings.filter(({ severity }) => severity === "blocking");
  const notices = findings.filter(({ severity }) => severity === "notice");
  return visible(
    [...section("blocking", blocking), ...section("notice", notices), summaryOf(review)].join("\n"),
  );
}

function section(title: string, findings: readonly Finding[]): readonly string[] {
  return findings.length === 0 ? [] : [`${title}:`, ...findings.map(findingText), ""];
}

function findingText(finding: Finding): string {
  const { message, rule, exception, including = [], witnesses = [], sources } = finding;
  return [
    `- ${oneLine(message)} [${rule}]`,
    ...(including.length === 0 ? [] : [`    including ${including.map(oneLine).join(", ")}`]),
    ...(exception === undefined ? [] : [`    accepted: ${oneLine(exception)}`]),
    ...(witnesses[0] === undefined
      ? []
      : [`    before: ${oneLine(witnesses[0].before)}`, `    after: ${oneLine(witnesses[0].after)}`]),
    ...(sources.length === 0 ? [] : [`    at ${sources.map(oneLine).join(", ")}`]),
  ].join("\n");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

/** The result in one line. */
export function summaryOf(review: Review): string {
  const { findings, looked, unreadAsBefore } = review;
  const blocking = findings.filter(({ severity }) => severity === "blocking").length;
  const notices = findings.length - blocking;
  const compared = `${looked.base} resources before and ${looked.head} after were compared`;
  const unread = unreadAsBefore === 0 ? "" : `; ${unreadAsBefore} that cannot be read are unchanged`;
  if (findings.length === 0)
    return `No principal gains or loses a right, and no key, bucket or copy changes: ${compared}${unread}.`;
  return `${isBlocked(review) ? "Blocked" : "Nothing blocks"}: ${blocking} blocking, ${notices} notice${notices === 1 ? "" : "s"}; ${compared}${unread}.`;
}
