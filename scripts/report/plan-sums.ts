import { money } from "../../core/money";
import type { CopyQuota } from "../engine/copy-quotas";
import type { Cost, CostLine, Plan, PlanCounts, Pressure } from "../engine/results";
import { duration } from "./event-text";
import { plural } from "./plural";
import { labelled, wrap } from "./wrap";

/** The totals of a plan: counts, bytes, time, quotas, costs. */
export function sumText(plan: Plan, columns: number): string {
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ["Across Regions", crossingText(plan)],
    ["Takes", estimateText(plan)],
    ["Quotas", pressureText(plan)],
    ["Costs", plan.cost === undefined ? [] : costText(plan.cost)],
  ];
  return [
    ...wrap(countsText(plan.counts), columns),
    ...facts.flatMap(([label, lines]) =>
      lines.map((line, index) => labelled(`  ${index === 0 ? label : ""}`, line, LABEL_WIDTH, columns)),
    ),
  ].join("\n");
}

const LABEL_WIDTH = "  Across Regions".length;

function countsText(counts: PlanCounts): string {
  const transit = counts.transit === 0 ? "" : ` (${counts.transit} temporary)`;
  const changes = [
    ...(counts.copy === 0 ? [] : [`${counts.copy} to copy${transit}`]),
    ...(counts.wait === 0 ? [] : [`${counts.wait} in progress`]),
    ...(counts.change === 0 ? [] : [`${counts.change} to change`]),
    ...(counts.differ === 0 ? [] : [`${counts.differ} that would fail verification`]),
    ...(counts.remove === 0 ? [] : [`${counts.remove} to remove`]),
  ];
  const stand = `${counts.stand} up to date`;
  const unknown =
    counts.unknown === 0
      ? "."
      : ` + ${counts.unknown} unknown and not included in these figures; keyferry doctor shows who must do what.`;
  if (changes.length === 0) return `Plan: nothing to copy, ${stand}${unknown}`;
  return `Plan: ${[...changes, ...(counts.stand === 0 ? [] : [stand])].join(", ")}${unknown}`;
}

function crossingText({ crossRegionGiB, crossRegion, savedGiB }: Plan): readonly string[] {
  if (crossRegion.length === 0) return [];
  const pairs = crossRegion.map(
    ({ from, to, copies, gib }) => `${from} -> ${to} ${gib} GiB in ${plural(copies, "copy", "copies")}`,
  );
  const saved = savedGiB === 0 ? [] : [`shared transfers save another ${savedGiB} GiB`];
  return [`${crossRegionGiB} GiB: ${pairs.join(", ")}`, ...saved];
}

function estimateText({ estimate }: Plan): readonly string[] {
  if (estimate === undefined) return [];
  const { seconds, snapshotMiBps, pairMiBps } = estimate;
  return [
    `at least ${duration(seconds)}, assuming ${snapshotMiBps} MiB/s for a snapshot and ${pairMiBps} MiB/s for an account between two Regions`,
  ];
}

function pressureText({ pressure }: Plan): readonly string[] {
  return [...quotaTexts(pressure), ...waitingTexts(pressure)];
}

/** Places with the same quota from the same source share a line; if there is only one line, the places are not named. */
function quotaTexts(pressure: readonly Pressure[]): readonly string[] {
  const groups = new Map<string, { readonly quota: CopyQuota; readonly names: string[] }>();
  for (const { accountName, region, quota } of pressure) {
    const id = `${quota.copiesAtOnce} ${sourceText(quota)}`;
    const group = groups.get(id) ?? { quota, names: [] };
    group.names.push(`${accountName} ${region}`);
    groups.set(id, group);
  }
  return [...groups.values()].map(({ quota, names }) => {
    const where = groups.size === 1 ? "each account and Region" : names.join(", ");
    return `${plural(quota.copiesAtOnce, "copy", "copies")} at a time in ${where}: ${sourceText(quota)}`;
  });
}

function sourceText({ from, because }: CopyQuota): string {
  switch (from) {
    case "user":
      return "from --max-copies";
    case "account":
      return "the account's quota in Service Quotas";
    case "region":
      return "AWS's default from Service Quotas, which has no value for the account";
    case "documents":
      return `AWS's documented default, because ${because ?? "no other value is known"}`;
  }
}

/** Places of one Region with the same demand share a line. */
function waitingTexts(pressure: readonly Pressure[]): readonly string[] {
  const accounts = new Map<string, readonly string[]>();
  for (const place of pressure.filter(({ waiting }) => waiting > 0)) {
    const text = waitingText(place);
    accounts.set(text, [...(accounts.get(text) ?? []), place.accountName]);
  }
  return [...accounts].map(([text, names]) => `${names.join(", ")} ${text}`);
}

function waitingText({ region, copies, snapshots, quota, waiting }: Pressure): string {
  return `in ${region}: ${copies} copies of ${plural(snapshots, "snapshot")}, ${quota.copiesAtOnce} at a time, so ${plural(waiting, "waits", "wait")} for the others`;
}

function costText({ currency, lines, once, monthly, unpriced }: Cost): readonly string[] {
  const sums = [
    { kind: "once", text: `${money(once)} ${currency} once` },
    { kind: "monthly", text: `${money(monthly)} ${currency} a month` },
  ] as const;
  return [
    ...sums.flatMap(({ kind, text }) => {
      const own = lines.filter((line) => line.kind === kind);
      return own.length === 0 ? [] : [text, ...itemTexts(own)];
    }),
    ...(unpriced.length === 0 ? [] : [`not included, because no price is known: ${unpriced.join(", ")}`]),
  ];
}

/** Costs that several accounts pay at the same price are one item. */
function itemTexts(lines: readonly CostLine[]): readonly string[] {
  return [...new Set(lines.map(({ what }) => what))].flatMap((what) => {
    const own = lines.filter((line) => line.what === what);
    const [first] = own;
    if (first === undefined) return [];
    const sum = (of: (line: CostLine) => number) => own.reduce((total, line) => total + of(line), 0);
    const quantity = `${rounded(sum((line) => line.quantity))} ${first.unit}`;
    const price = first.per === 1 ? `${first.price}` : `${first.price} per ${first.per}`;
    const payers = own.map(({ paidBy }) => paidBy).join(", ");
    return [`- ${what}: ${quantity} at ${price} = ${money(sum((line) => line.amount))}, paid by ${payers}`];
  });
}

function rounded(quantity: number): number {
  return Math.round(quantity * 100) / 100;
}
