import type { CleanReport, Leftover } from "../engine/results";
import { outsideText } from "./outside-text";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { unexplainedLines } from "./unexplained-text";
import { hanging } from "./wrap";

const KINDS: Readonly<Record<Leftover["kind"], string>> = {
  "transit-copy": "transit copy",
  "failed-copy": "failed copy",
  "old-copy": "old copy",
  snapshot: "snapshot",
  object: "object",
  upload: "unfinished upload",
  share: "share",
  lease: "lease",
  intent: "intent",
  rollback: "rollback",
};

/** Printed instead if some places could not be read. */
const PARTLY_SEEN = "nothing was found, but not every account and Region could be read";

/**
 * What runs have left behind, for people.
 * @param columns characters in a line. @default - unlimited
 */
export function cleanText(report: CleanReport, columns?: number): string {
  const { leftovers, kept, unclear, outside, refusals, applied } = report;
  const rows = leftovers.map((leftover) => [
    KINDS[leftover.kind],
    leftover.id,
    `${leftover.account} ${leftover.region}`,
    ...(applied ? [leftover.removed === true ? "removed" : "NOT REMOVED"] : []),
    leftover.because,
  ]);
  const head = ["WHAT", "ID", "WHERE", ...(applied ? ["NOW"] : []), "WHY IT WAS LEFT BEHIND"];
  const failed = leftovers.filter(({ reason }) => reason !== undefined);
  return [
    ...(rows.length === 0
      ? [refusals.length === 0 ? "nothing was left behind" : PARTLY_SEEN]
      : [table([head, ...rows], columns)]),
    ...failed.map(({ id, reason }) => hanging(`${id}: ${reason}`, columns)),
    ...kept.map(({ id, account, region, by, because = `used by ${by.join(", ")}` }) =>
      hanging(`${id} in ${account} ${region} is kept: ${because}`, columns),
    ),
    ...unclear.flatMap(({ subject, what, fix }) => [
      hanging(`${subject}: ${what}`, columns),
      ...(fix === undefined ? [] : [hanging(`fix: ${fix}`, columns, "  ")]),
    ]),
    ...unexplainedLines(report.unexplained, columns),
    ...outsideText(outside, columns),
    ...(refusals.length > 0 ? [refusalsText(refusals, columns)] : []),
    ...(rows.length > 0 && !applied
      ? [hanging("nothing was removed; keyferry clean --apply removes what is listed", columns)]
      : []),
  ].join("\n");
}
