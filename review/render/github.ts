import { isBlocked, type Review } from "../review";
import { annotation, annotationProperty } from "./escape";

/** Most annotations of each kind that GitHub shows for one step. Source: GitHub, "Usage limits"; zizmor, pull request 634. */
const MOST = 10;

/** The most important findings as annotations of a workflow run; the last one says how many more there are. */
export function githubOf(review: Review): string {
  const { findings } = review;
  const listed = findings.length > MOST ? findings.slice(0, MOST - 1) : findings;
  const lines = listed.map(({ severity, rule, message, sources }) => {
    const command = severity === "blocking" ? "error" : "notice";
    const where = sources[0] === undefined ? "" : ` (${sources[0]})`;
    return `::${command} title=${annotationProperty(`keyferry review: ${rule}`)}::${annotation(message + where)}`;
  });
  const more = findings.length - listed.length;
  const command = isBlocked(review) ? "error" : "notice";
  return [
    ...lines,
    ...(more === 0 ? [] : [`::${command} title=keyferry review::and ${more} more findings`]),
  ].join("\n");
}
