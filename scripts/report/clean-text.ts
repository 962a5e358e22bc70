import type { CleanReport, Leftover } from "../engine/results";
import { refusalsText } from "./refusals-text";
import { table } from "./table";

const KINDS: Readonly<Record<Leftover["kind"], string>> = {
  "transit-copy": "transit copy",
  "failed-copy": "failed copy",
  "old-copy": "old copy",
  snapshot: "snapshot",
  share: "share",
  lease: "lease",
  intent: "intent",
  rollback: "rollback",
};

/** What runs have left behind, for people. */
export function cleanText(report: CleanReport): string {
  const { leftovers, kept, refusals, applied } = report;
  const rows = leftovers.map((leftover) => [
    KINDS[leftover.kind],
    leftover.id,
    `${leftover.account} ${leftover.region}`,
    ...(applied ? [leftover.removed === true ? "removed" : "STILL THERE"] : []),
    leftover.because,
  ]);
  const head = ["WHAT", "ID", "WHERE", ...(applied ? ["NOW"] : []), "WHY IT IS LEFT OVER"];
  const failed = leftovers.filter(({ reason }) => reason !== undefined);
  return [
    ...(rows.length === 0 ? ["nothing is left over"] : [table([head, ...rows])]),
    ...failed.map(({ id, reason }) => `${id}: ${reason}`),
    ...kept.map(
      ({ id, account, region, by }) => `${id} in ${account} ${region} stays: used by ${by.join(", ")}`,
    ),
    ...(refusals.length > 0 ? [refusalsText(refusals)] : []),
    ...(rows.length > 0 && !applied
      ? ["nothing was removed; keyferry clean --apply removes what is listed"]
      : []),
  ].join("\n");
}
