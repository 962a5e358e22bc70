import { declaredKind, keyDeclarations, ownKeyDeclarations, type Topology } from "../../../../topology";
import type { ShownCopy, Verdict } from "../shown-copies";

/** A line in a box: a key, who can use it, or an image. */
export interface BoxLine {
  readonly kind: "key" | "user" | "image" | "more";
  readonly text: string;
  readonly verdict?: Verdict;
}

/** An account in a Region that sends, passes on or receives images. */
export interface Box {
  readonly id: string;
  /** 0: where images come from; 1: where transit copies are; 2: where final copies are. */
  readonly layer: 0 | 1 | 2;
  readonly title: string;
  readonly subtitle: string;
  readonly lines: readonly BoxLine[];
}

/** Images that are copied from one box to another. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly rules: readonly string[];
  readonly verdict: Verdict;
}

export interface Picture {
  readonly boxes: readonly Box[];
  readonly flows: readonly Flow[];
}

/** Maximum number of images that a box lists; the rest is counted. */
const NAMED_IMAGES = 4;

/** The path of all images: boxes for places, flows between them. */
export function pictureOf(topology: Topology, copies: readonly ShownCopy[]): Picture {
  const byNode = new Map<string, ShownCopy>(copies.map((copy) => [copy.node, copy]));
  const shared = new Set(
    copies.flatMap(({ isShare, madeFrom }) => (isShare === true ? (madeFrom ?? []) : [])),
  );
  const boxIds = new Map(copies.map((copy) => [copy.node, boxIdOf(copy)]));
  const flows = new Map<string, { from: string; to: string; copies: ShownCopy[] }>();
  for (const copy of copies) {
    const to = boxIds.get(copy.node) ?? "";
    const from = fromBox(copy);
    if (from === to) continue;
    const flow = flows.get(`${from} ${to}`) ?? { from, to, copies: [] };
    flow.copies.push(copy);
    flows.set(`${from} ${to}`, flow);
  }
  const ids = [
    ...new Set([
      ...topology.rules.map((rule) => sourceId(rule.from.account.id, rule.from.region)),
      ...boxIds.values(),
    ]),
  ];
  return {
    boxes: ids.map((id) => boxOf(id)),
    flows: [...flows.values()].map(({ from, to, copies: carried }) => ({
      from,
      to,
      rules: [...new Set(carried.map((copy) => copy.rule))],
      verdict: worst(carried.map((copy) => copy.verdict)),
    })),
  };

  /** Transit copies in the source's own place belong to the source's box. */
  function boxIdOf(copy: ShownCopy): string {
    const isPassedOn = copy.role === "transit" || shared.has(copy.node);
    if (isPassedOn && isSource(copy.accountId, copy.region)) return sourceId(copy.accountId, copy.region);
    return `${isPassedOn ? 1 : 2} ${copy.accountId} ${copy.region}`;
  }

  function isSource(accountId: string, region: string): boolean {
    return topology.rules.some(({ from }) => from.account.id === accountId && from.region === region);
  }

  function fromBox(copy: ShownCopy): string {
    const madeFrom = copy.madeFrom === undefined ? undefined : byNode.get(copy.madeFrom);
    if (madeFrom !== undefined) return boxIds.get(madeFrom.node) ?? "";
    const rule = topology.rules.find(({ name }) => name === copy.rule);
    return rule === undefined ? "" : sourceId(rule.from.account.id, rule.from.region);
  }

  function boxOf(id: string): Box {
    const [layer = "0", accountId = "", region = ""] = id.split(" ");
    const account = topology.accounts.find((candidate) => candidate.id === accountId);
    const here = copies.filter((copy) => boxIds.get(copy.node) === id);
    return {
      id,
      layer: Number(layer) as Box["layer"],
      title: account?.name ?? accountId,
      subtitle: `${accountId}  ${region}`,
      lines: [
        ...keyLines(layer, accountId, region),
        ...sharedKeyLines(here),
        ...imageLines(here, layer === "0", accountId, region),
      ],
    };
  }

  function keyLines(layer: string, accountId: string, region: string): readonly BoxLine[] {
    const purpose = layer === "2" ? "home" : "transit";
    const own: readonly BoxLine[] = [...keyDeclarations(topology), ...ownKeyDeclarations(topology)]
      .filter((key) => key.account === accountId && key.region === region && key.purpose === purpose)
      .flatMap((key) => [
        { kind: "key", text: key.alias },
        ...key.copiers.map((copier): BoxLine => ({
          kind: "user",
          text: `${nameOf(copier.account)}: its runner role can copy`,
        })),
        ...(key.databaseCopiers ?? []).map((copier): BoxLine => ({
          kind: "user",
          text: `${nameOf(copier.account)}: its runner role can copy databases`,
        })),
        ...(key.launches ? [{ kind: "user", text: "Auto Scaling can launch with it" } as const] : []),
      ]);
    if (layer !== "0") return own;
    const aliases = topology.rules
      .filter(({ from }) => from.account.id === accountId && from.region === region)
      .flatMap(({ from }) => from.keys)
      .filter((alias) => !own.some(({ text }) => text === alias));
    return [...[...new Set(aliases)].map((text): BoxLine => ({ kind: "key", text })), ...own];
  }

  /** The keys of the images that are shared from here. */
  function sharedKeyLines(here: readonly ShownCopy[]): readonly BoxLine[] {
    const aliases = here.filter(({ node }) => shared.has(node)).map(({ keyAlias }) => keyAlias);
    return [...new Set(aliases)].map((text) => ({ kind: "key", text }));
  }

  function imageLines(
    here: readonly ShownCopy[],
    isSourceBox: boolean,
    accountId: string,
    region: string,
  ): readonly BoxLine[] {
    const sources = isSourceBox
      ? topology.rules
          .filter(({ from }) => from.account.id === accountId && from.region === region)
          .map(({ kind, name, from }): BoxLine => ({
            kind: "image",
            text: `${name}: ${declaredKind({ kind }).selectorWords(from.select)}`,
          }))
      : [];
    const made = here.map((copy): BoxLine => ({
      kind: "image",
      text: `${copy.rule}${wayOf(copy)}: ${copy.imageId ?? "not copied yet"}`,
      verdict: copy.verdict,
    }));
    const all = [...sources, ...made];
    const rest = all.length - NAMED_IMAGES;
    return rest <= 1
      ? all
      : [...all.slice(0, NAMED_IMAGES), { kind: "more", text: `and ${rest} more images` } as const];
  }

  function wayOf({ role, node }: ShownCopy): string {
    return role === "transit" ? " (transit)" : shared.has(node) ? " (shared)" : "";
  }

  function nameOf(accountId: string): string {
    return topology.accounts.find((account) => account.id === accountId)?.name ?? accountId;
  }
}

function sourceId(accountId: string, region: string): string {
  return `0 ${accountId} ${region}`;
}

/** Problems first. */
const BY_WEIGHT: readonly Verdict[] = [
  "failed",
  "wrong",
  "moving",
  "pending",
  "standing",
  "proved",
  "removed",
];

/** The most severe state of what is shown in one place. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return BY_WEIGHT.find((verdict) => verdicts.includes(verdict)) ?? "pending";
}
