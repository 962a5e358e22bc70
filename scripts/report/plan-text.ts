import type { Cost, CostLine, Plan, PlanCounts, PlannedCopy, PlannedRule } from "../engine/results";
import { duration } from "./event-text";
import { refusalsText } from "./refusals-text";
import { beside, wrap } from "./wrap";

/** Where nobody knows how wide the reader's screen is. */
const DEFAULT_COLUMNS = 100;

/** What `run` would do, for people, in lines of at most `columns` characters. */
export function planText(plan: Plan, columns = DEFAULT_COLUMNS): string {
  return [
    ...plan.rules.map((rule) => ruleText(rule, columns)),
    ...(plan.rules.length === 0 ? [] : [sumText(plan, columns)]),
    ...(plan.refusals.length === 0 ? [] : [refusalsText(plan.refusals)]),
  ].join("\n\n");
}

function ruleText(rule: PlannedRule, columns: number): string {
  const { rule: name, sourceImageId, sourceImageName, sourceAccountName, sourceRegion } = rule;
  const pinned = rule.pinned ? ", pinned by an unfinished run" : "";
  const data = rule.dataGiB === rule.sizeGiB ? "" : `, ${rule.dataGiB} GiB of data`;
  const head = `${name}: ${sourceImageId} (${sourceImageName}) of ${sourceAccountName} in ${sourceRegion}, ${rule.sizeGiB} GiB in ${plural(rule.snapshots, "snapshot")}${data}${pinned}`;
  const rows = rule.copies
    .map((copy) => ({ label: `  ${signOf(copy).padStart(3)} ${placeOf(copy)}`, copy }))
    .filter(({ copy }) => copy.action !== "none" || copy.stands !== undefined);
  const width = Math.max(0, ...rows.map(({ label }) => label.length));
  return [
    ...wrap(head, columns),
    ...(rule.publishTo === undefined
      ? []
      : [beside("  publishes", `to ${rule.publishTo}, once proved`, ABOUT_WIDTH, columns)]),
    ...listed(rule.copies.some(isMade) ? rule.because.split("; ") : []).map((clause, index) =>
      beside(index === 0 ? "  why" : "  ", clause, ABOUT_WIDTH, columns),
    ),
    ...rows.flatMap(({ label, copy }) => [
      beside(label, doing(copy, rule), width, columns),
      ...copy.retires.map((imageId) =>
        beside(`    - ${placeOf(copy)}`, `${imageId} is older than what is kept: removed`, width, columns),
      ),
    ]),
  ].join("\n");
}

function isMade({ action }: PlannedCopy): boolean {
  return action === "copy" || action === "copy-again";
}

const ABOUT_WIDTH = "  publishes".length;

/** One thing as it is, several as items of a list. */
function listed(texts: readonly string[]): readonly string[] {
  return texts.length > 1 ? texts.map((text) => `- ${text}`) : texts;
}

function placeOf({ accountName, region }: Pick<PlannedCopy, "accountName" | "region">): string {
  return `${accountName} ${region}`;
}

/** As Terraform writes it, as far as Terraform has a sign for it. */
function signOf({ action, sets, differences }: PlannedCopy): string {
  if (action !== "verify") return SIGNS[action];
  return differences.length > 0 ? "!" : sets.length > 0 ? "~" : "=";
}

const SIGNS: Readonly<Record<PlannedCopy["action"], string>> = {
  copy: "+",
  "copy-again": "-/+",
  wait: ">",
  verify: "=",
  remove: "-",
  none: "=",
};

function doing(copy: PlannedCopy, rule: PlannedRule): string {
  const published = publishedText(copy);
  return [WORDS[copy.action](copy, rule), ...(published === undefined ? [] : [published])].join("; ");
}

type Words = (copy: PlannedCopy, rule: PlannedRule) => string;

const WORDS: Readonly<Record<PlannedCopy["action"], Words>> = {
  copy: (copy, rule) => `${made(copy, rule)}${copy.role === "transit" ? ", removed when it has served" : ""}`,
  "copy-again": (copy, rule) => `${standing(copy)}: removed, then ${made(copy, rule)}`,
  wait: (copy) => `${standing(copy)}: waited for`,
  verify: ({ stands, sets, differences }) => {
    const changed = [...new Set(sets.map(({ what }) => what))];
    const gets = changed.length === 0 ? "" : `, gets ${changed.join(", ")}`;
    const proof =
      differences.length === 0 ? "is proved again" : `cannot be proved: ${differences.join("; ")}`;
    return `${stands?.imageId} stands${gets} and ${proof}`;
  },
  remove: (copy) => `${standing(copy)}: a transit copy that nothing needs any more, removed`,
  none: (copy) => `${copy.stands?.imageId} stands: a transit copy to copy from, removed when it has served`,
};

function standing({ stands }: PlannedCopy): string {
  return `${stands?.imageId} is ${stands?.state}`;
}

function made({ role, from, fromRegion, crossRegionGiB }: PlannedCopy, rule: PlannedRule): string {
  const what = role === "transit" ? "transit copy" : "copy";
  const origin = from === rule.sourceImageId ? "the source" : `the transit copy in ${fromRegion}`;
  return crossRegionGiB === 0
    ? `${what} of ${origin}`
    : `${what} of ${origin}, ${crossRegionGiB} GiB from ${fromRegion}`;
}

/** Every final copy is published; worth a word is what gives way to it, or a copy that stood without. */
function publishedText({ publishes, heldBackFor, action }: PlannedCopy): string | undefined {
  if (heldBackFor !== undefined) return `not published: a rollback shows the copy of ${heldBackFor}`;
  if (publishes === undefined) return undefined;
  const { parameter, shows } = publishes;
  if (shows !== undefined) return `takes the place of ${shows} in ${parameter}`;
  return action === "verify" ? `published to ${parameter}` : undefined;
}

function sumText(plan: Plan, columns: number): string {
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ["Across Regions", crossingText(plan)],
    ["Takes", estimateText(plan)],
    ["Quotas", pressureText(plan)],
    ["Costs", plan.cost === undefined ? [] : costText(plan.cost)],
  ];
  return [
    ...wrap(countsText(plan.counts), columns),
    ...facts.flatMap(([label, lines]) =>
      lines.map((line, index) => beside(`  ${index === 0 ? label : ""}`, line, LABEL_WIDTH, columns)),
    ),
  ].join("\n");
}

const LABEL_WIDTH = "  Across Regions".length;

function countsText(counts: PlanCounts): string {
  const transit = counts.transit === 0 ? "" : ` (${counts.transit} for the journey only)`;
  const changes = [
    ...(counts.copy === 0 ? [] : [`${counts.copy} to copy${transit}`]),
    ...(counts.wait === 0 ? [] : [`${counts.wait} under way`]),
    ...(counts.change === 0 ? [] : [`${counts.change} to change`]),
    ...(counts.differ === 0 ? [] : [`${counts.differ} that cannot be proved`]),
    ...(counts.remove === 0 ? [] : [`${counts.remove} to remove`]),
  ];
  const stand = plural(counts.stand, "stands", "stand");
  if (changes.length === 0) return `Plan: nothing to copy, ${stand}.`;
  return `Plan: ${[...changes, ...(counts.stand === 0 ? [] : [stand])].join(", ")}.`;
}

function crossingText({ crossRegionGiB, crossRegion, savedGiB }: Plan): readonly string[] {
  if (crossRegion.length === 0) return [];
  const pairs = crossRegion.map(
    ({ from, to, copies, gib }) => `${from} -> ${to} ${gib} GiB in ${plural(copies, "copy", "copies")}`,
  );
  const saved = savedGiB === 0 ? [] : [`shared transfers keep ${savedGiB} GiB more from crossing`];
  return [`${crossRegionGiB} GiB: ${pairs.join(", ")}`, ...saved];
}

function estimateText({ estimate }: Plan): readonly string[] {
  if (estimate === undefined) return [];
  const { seconds, snapshotMiBps, pairMiBps, copiesAtOnce } = estimate;
  return [
    `at least ${duration(seconds)}, with ${snapshotMiBps} MiB/s for a snapshot, ${pairMiBps} MiB/s for an account between two Regions and ${plural(copiesAtOnce, "copy", "copies")} at once in a place`,
  ];
}

function pressureText({ pressure }: Plan): readonly string[] {
  return pressure
    .filter(({ waiting }) => waiting > 0)
    .map(
      (place) =>
        `${placeOf(place)}: ${place.copies} copies of ${plural(place.snapshots, "snapshot")}, ${place.copiesAtOnce} at once, so ${plural(place.waiting, "waits", "wait")} for the others`,
    );
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
    ...(unpriced.length === 0 ? [] : [`not counted, for want of a price: ${unpriced.join(", ")}`]),
  ];
}

/** What several accounts pay at the same price is one item. */
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

/** Two decimals, more where that would say nothing. */
function money(amount: number): string {
  return amount === 0 || amount >= 0.01 ? amount.toFixed(2) : amount.toPrecision(1);
}

function rounded(quantity: number): number {
  return Math.round(quantity * 100) / 100;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
