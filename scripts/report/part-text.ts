import { copyJobs, finalNodeId } from "../../topology";
import type { Report } from "../engine/results";
import { plural } from "./plural";

/** Maximum number of copy jobs that are named. */
const NAMED = 12;

/** The copy jobs of the topology that the last run left out, because it was restricted; empty if it was not restricted. */
export function leftOutOf({ topology, journey }: Pick<Report, "topology" | "journey">): readonly string[] {
  const part = journey?.part;
  if (part === undefined) return [];
  return copyJobs(topology)
    .filter((job) => !part.nodes.includes(finalNodeId(job)))
    .map(({ id }) => id);
}

/** States that the last run was restricted, and what it does not cover; undefined if it covered everything. */
export function partText(report: Pick<Report, "topology" | "journey">): string | undefined {
  const part = report.journey?.part;
  if (part === undefined) return undefined;
  const selected = `The last run was restricted to ${part.only.join(" ")}`;
  const leftOut = leftOutOf(report);
  if (leftOut.length === 0) return `${selected}, which is every copy job of the topology.`;
  const more = leftOut.length > NAMED ? ` and ${leftOut.length - NAMED} more` : "";
  return `${selected}; it does not cover ${plural(leftOut.length, "copy job")}: ${leftOut.slice(0, NAMED).join(", ")}${more}.`;
}
