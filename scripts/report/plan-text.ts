import type { Plan, PlannedCopy, PlannedRule, UnknownRule } from "../engine/results";
import { planRows } from "./plan-rows";
import { sumText } from "./plan-sums";
import { plural } from "./plural";
import { refusalsText } from "./refusals-text";
import { unprovedLines } from "./unproved-text";
import { labelled, wrap } from "./wrap";

export interface PlanTextOptions {
  /** Characters in a line. @default 100 - if the width of the screen is not known */
  readonly columns?: number;
  /** List every existing copy with its id. @default false */
  readonly withIds?: boolean;
}

/** What `run` would do, for people. */
export function planText(plan: Plan, { columns = 100, withIds = false }: PlanTextOptions = {}): string {
  const parts = [
    ...plan.rules.map((rule) => ruleText(rule, columns, withIds)),
    ...plan.unknown.map((rule) => unknownText(rule, columns)),
    ...(plan.rules.length + plan.unknown.length === 0 ? [] : [sumText(plan, columns)]),
    ...(plan.unproved.length === 0 ? [] : [unprovedLines(plan.unproved, columns).join("\n")]),
    ...(plan.refusals.length === 0 ? [] : [refusalsText(plan.refusals, columns)]),
  ];
  return parts.length === 0 ? wrap(NOTHING, columns).join("\n") : parts.join("\n\n");
}

/** For a topology with only keys or buckets, which Terraform deploys and S3 replicates. */
const NOTHING = "nothing is copied: the topology declares no images and no snapshots";

const ABOUT_WIDTH = "  publishes".length;

function ruleText(rule: PlannedRule, columns: number, withIds: boolean): string {
  const rows = planRows(rule, withIds).map(({ sign, region, accounts, text }) => ({
    label: `  ${sign.padStart(3)} ${region}`,
    text: `${accounts.join(", ")}: ${text}`,
  }));
  const width = Math.max(0, ...rows.map(({ label }) => label.length));
  const reasons = rule.copies.some(isMade) ? listed(rule.because.split("; ")) : [];
  return [
    ...wrap(headOf(rule), columns),
    ...outdatedText(rule, columns),
    ...(rule.publishTo === undefined
      ? []
      : [labelled("  publishes", `to ${rule.publishTo}, once proved`, ABOUT_WIDTH, columns)]),
    ...sharesText(rule).map((share, index) =>
      labelled(index === 0 ? "  shares" : "  ", share, ABOUT_WIDTH, columns),
    ),
    ...reasons.map((reason, index) => labelled(index === 0 ? "  why" : "  ", reason, ABOUT_WIDTH, columns)),
    ...rows.map(({ label, text }) => labelled(label, text, width, columns)),
  ].join("\n");
}

function unknownText({ rule, jobs, because }: UnknownRule, columns: number): string {
  return wrap(`${rule}: unknown, ${plural(jobs, "copy", "copies")}: ${because}`, columns).join("\n");
}

/** If the source to copy is not the newest one: which one it is, why, and what can be done. */
function outdatedText({ sourceImageId, outdated }: PlannedRule, columns: number): readonly string[] {
  if (outdated === undefined) return [];
  const { since, imageId, name } = outdated;
  const texts = [
    `${sourceImageId} is pinned by the unfinished run of ${since}; otherwise ${imageId} (${name}) would be copied now`,
    `- finish it: keyferry run copies ${sourceImageId}, and the run after that copies ${imageId}`,
    `- or discard it: keyferry run --repin copies ${imageId}`,
  ];
  return texts.map((text, index) => labelled(index === 0 ? "  pinned" : "  ", text, ABOUT_WIDTH, columns));
}

/** Who gets access, during the run or to launch instances. */
function sharesText({ actions, copies, shares }: PlannedRule): readonly string[] {
  const nameOf = (id: string) =>
    [...copies, ...shares].find(({ account }) => account === id)?.accountName ?? id;
  return actions.flatMap(({ do: what, region, with: accounts = [] }) => {
    if (accounts.length === 0) return [];
    if (what === "share-image")
      return [`the image in ${region} with ${accounts.map(nameOf).join(", ")}, to launch instances from it`];
    const shared = what === "share-source" ? "the source" : `the transit copy in ${region}`;
    return [`${shared} with ${accounts.map(nameOf).join(", ")} until their copies have ended`];
  });
}

function headOf(rule: PlannedRule): string {
  const pinned = rule.pinned ? ", pinned by an unfinished run" : "";
  const data = rule.dataGiB === rule.sizeGiB ? "" : `, ${rule.dataGiB} GiB of data`;
  const image = `${rule.sourceImageId} (${rule.sourceImageName})`;
  const size = `${rule.sizeGiB} GiB in ${plural(rule.snapshots, "snapshot")}${data}`;
  return `${rule.rule}: ${image} of ${rule.sourceAccountName} in ${rule.sourceRegion}, ${size}${pinned}`;
}

function isMade({ action }: PlannedCopy): boolean {
  return action === "copy" || action === "copy-again";
}

/** A single text as it is, several texts as a list. */
function listed(texts: readonly string[]): readonly string[] {
  return texts.length > 1 ? texts.map((text) => `- ${text}`) : texts;
}
