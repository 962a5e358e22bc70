import type { PlannedCopy, PlannedRule, PlannedShare } from "../engine/results";

/** What happens to copies in one Region, for all accounts in which the same happens. */
export interface PlanRow {
  /** Terraform's signs where it has one: `+`, `-/+`, `~`, `-`; `=`, `>`, `!` and `?` are Keyferry's. */
  readonly sign: string;
  readonly region: string;
  /** Their names in the topology. */
  readonly accounts: readonly string[];
  readonly text: string;
}

/** @param withIds whether unchanged copies are listed with their ids, which takes a row for each */
export function planRows(rule: PlannedRule, withIds: boolean): readonly PlanRow[] {
  const rows = new Map<string, PlanRow>();
  const add = (
    sign: string,
    { region, accountName }: Pick<PlannedCopy, "region" | "accountName">,
    text: string,
  ) => {
    const id = `${sign} ${region} ${text}`;
    rows.set(id, { sign, region, accounts: [...(rows.get(id)?.accounts ?? []), accountName], text });
  };
  for (const copy of rule.copies) {
    if (copy.action !== "none" || copy.stands !== undefined)
      add(signOf(copy), copy, doing(copy, rule, withIds));
    for (const imageId of copy.retires)
      add("-", copy, `${imageId} is older than the copies to keep: removed`);
  }
  for (const share of rule.shares) add(share.isDone ? "=" : "+", share, sharing(share));
  return [...rows.values()];
}

function sharing({ imageId, owner, isDone, publishes, heldBackFor }: PlannedShare): string {
  const image = imageId ?? "the copy that will be made for sharing";
  const launches = isDone ? `launches from ${image} of ${owner}` : `gets ${image} of ${owner} to launch from`;
  if (heldBackFor !== undefined) return `${launches}; not published, because of a rollback`;
  if (publishes?.shows === undefined) return launches;
  return `${launches}; replaces ${publishes.shows} in ${publishes.parameter}`;
}

function signOf({ action, sets, differences }: PlannedCopy): string {
  if (action !== "verify") return SIGNS[action];
  return differences.length > 0 ? "!" : sets.length > 0 ? "~" : "=";
}

const SIGNS: Readonly<Record<PlannedCopy["action"], string>> = {
  unknown: "?",
  copy: "+",
  "copy-again": "-/+",
  wait: ">",
  verify: "=",
  remove: "-",
  none: "=",
};

function doing(copy: PlannedCopy, rule: PlannedRule, withIds: boolean): string {
  const published = publishedText(copy);
  if (!withIds && published === undefined && signOf(copy) === "=" && copy.role === "final") return UNCHANGED;
  return [WORDS[copy.action](copy, rule), ...(published === undefined ? [] : [published])].join("; ");
}

const UNCHANGED = "is up to date and will be verified";

type Words = (copy: PlannedCopy, rule: PlannedRule) => string;

const WORDS: Readonly<Record<PlannedCopy["action"], Words>> = {
  unknown: ({ unknown }) => `unknown: ${unknown}`,
  copy: (copy, rule) =>
    `${made(copy, rule)}${copy.role === "transit" ? `, temporary, ${ended(copy, rule)}` : ""}${formerKeyNote(copy)}`,
  "copy-again": (copy, rule) => `${standing(copy)}: removed, then ${made(copy, rule)}`,
  wait: (copy) => `${standing(copy)}: waited for`,
  verify: ({ stands, sets, differences }) => {
    const changed = [...new Set(sets.map(({ what }) => what))];
    const gets = changed.length === 0 ? "" : `, gets ${changed.join(", ")}`;
    const proof =
      differences.length === 0 ? "will be verified" : `fails verification: ${differences.join("; ")}`;
    return differences.length + changed.length === 0
      ? `${stands?.imageId} ${UNCHANGED}`
      : `${stands?.imageId} exists${gets} and ${proof}`;
  },
  remove: (copy) => `${standing(copy)}: a transit copy that is no longer needed, removed`,
  none: (copy, rule) => `${copy.stands?.imageId} exists: a transit copy to copy from, ${ended(copy, rule)}`,
};

/** Copies that are not selected may still need a transit copy. */
function ended({ node }: PlannedCopy, { actions }: PlannedRule): string {
  const end = actions.find(({ id }) => id === `${node}/remove`);
  return end?.removes === false ? "kept for copies that are not selected" : "removed after use";
}

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

function formerKeyNote({ underFormerKey = [] }: PlannedCopy): string {
  return underFormerKey.length === 0
    ? ""
    : `, because ${underFormerKey.join(", ")} is encrypted with an earlier key`;
}

/** Every final copy is published; this reports what it replaces, or that an existing copy is published now. */
function publishedText({ publishes, heldBackFor, action }: PlannedCopy): string | undefined {
  if (heldBackFor !== undefined) return `not published: rolled back to the copy of ${heldBackFor}`;
  if (publishes === undefined) return undefined;
  const { parameter, shows } = publishes;
  if (shows !== undefined) return `replaces ${shows} in ${parameter}`;
  return action === "verify" ? `published to ${parameter}` : undefined;
}
