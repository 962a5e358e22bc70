import { ConfigurationError, type Problem } from "../core/errors";
import { nearestName } from "../core/nearest-name";
import type { CopyGraph, CopyNode } from "./graph";
import { copyJobs, shareJobs, type CopyJob } from "./jobs";
import type { Rule, Place, Topology } from "./model";

/** The copy jobs of a topology that a user selected. */
export interface Selection {
  /** The words as the user gave them. */
  readonly words: readonly string[];
  includes(job: { readonly rule: Pick<Rule, "name">; readonly to: PlaceOfJob }): boolean;
}

/** The destination of a job. A copy for sharing can also be selected by the accounts that launch from it. */
type PlaceOfJob = Place & { readonly shares?: readonly Place[] };

type Kind = "rule" | "account" | "region";

/** Something that a word can name. */
interface Named {
  readonly kind: Kind;
  /** The name in the topology; an account is given by its name. */
  readonly name: string;
}

/** `image:` also names a rule: earlier versions had no other kinds. */
const PREFIX = /^(rule|image|account|region):(.*)$/;

/**
 * The copy jobs that words select: rules, destination accounts by name or 12-digit id, and Regions. Words of one kind add up,
 * and kinds narrow each other: `web prod staging` is `web` into `prod` and into `staging`. If a word has two meanings, the
 * prefix `rule:`, `account:` or `region:` selects one.
 * @throws ConfigurationError with every word that is unknown or ambiguous, or if no copy job matches all words
 */
export function selectJobs(topology: Topology, words: readonly string[]): Selection {
  const problems: Problem[] = [];
  const wanted: Record<Kind, Set<string>> = { rule: new Set(), account: new Set(), region: new Set() };
  for (const word of words) {
    const found = namedBy(topology, word);
    const [one, ...others] = found;
    if (one === undefined) problems.push(unknownWord(topology, word));
    else if (others.length > 0) problems.push(ambiguousWord(word, found));
    else wanted[one.kind].add(one.name);
  }
  const fits = (kind: Kind, name: string) => wanted[kind].size === 0 || wanted[kind].has(name);
  const fitsPlace = ({ account, region }: Place) => fits("account", account.name) && fits("region", region);
  const includes: Selection["includes"] = ({ rule, to }) =>
    fits("rule", rule.name) && [to, ...(to.shares ?? [])].some(fitsPlace);
  if (problems.length === 0 && !allJobs(topology).some(includes)) {
    problems.push({
      path: "only",
      what: `no copy job matches ${words.join(" and ")} together`,
      allowed: listed(allJobs(topology).map(({ id }) => id)),
    });
  }
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
  return { words, includes };
}

/** The rules with selected copy jobs. @param selection @default - everything */
export function selectedRules(topology: Topology, selection?: Selection): readonly Rule[] {
  return topology.rules.filter((rule) => selectedJobs(topology, rule, selection).length > 0);
}

/** All jobs: copies and shares. */
function allJobs(topology: Topology): readonly CopyJob[] {
  return [...copyJobs(topology), ...shareJobs(topology)];
}

/** The selected copy and share jobs of a rule. @param selection @default - all of them */
export function selectedJobs(topology: Topology, rule: Rule, selection?: Selection): readonly CopyJob[] {
  return allJobs(topology).filter((job) => job.rule.name === rule.name && (selection?.includes(job) ?? true));
}

/**
 * The selected part of a graph: the final copies, the transit copies that they are made from, and the shares that they need.
 * Each copy is made as in the whole graph, so that a later run of everything continues from the existing copies.
 */
export function narrowed(graph: CopyGraph, selection?: Selection): CopyGraph {
  if (selection === undefined) return graph;
  const isSelected = ({ rule, destination }: CopyNode) =>
    destination !== undefined && selection.includes({ rule, to: destination });
  const finals = graph.nodes.filter(isSelected);
  const isNeeded = ({ id }: CopyNode) =>
    finals.some(({ madeFrom }) => madeFrom.kind === "node" && madeFrom.id === id);
  const nodes = graph.nodes.filter((node) => isSelected(node) || isNeeded(node));
  return {
    ...graph,
    nodes,
    shares: graph.shares.filter(({ rule, destination }) => selection.includes({ rule, to: destination })),
    leftOut: graph.nodes.filter((node) => !nodes.includes(node)),
    shareSourceWith: graph.shareSourceWith.filter((account) =>
      finals.some(({ place, madeFrom }) => madeFrom.kind === "source" && place.account.id === account),
    ),
  };
}

function namedBy(topology: Topology, word: string): readonly Named[] {
  const prefixed = PREFIX.exec(word);
  const name = prefixed?.[2] ?? word;
  return candidates(topology)
    .filter(({ kind }) => prefixed === null || kind === prefixed[1]?.replace("image", "rule"))
    .filter((candidate) => candidate.name === name || candidate.id === name)
    .map((candidate) => ({ kind: candidate.kind, name: candidate.name }));
}

/** Everything that a word can name. */
function candidates(topology: Topology): readonly (Named & { readonly id?: string })[] {
  const places = allJobs(topology).map(({ to }) => to);
  const accounts = new Map(places.map(({ account }) => [account.id, account]));
  return [
    ...topology.rules.map(({ name }) => ({ kind: "rule" as const, name })),
    ...[...accounts.values()].map(({ name, id }) => ({ kind: "account" as const, name, id })),
    ...[...new Set(places.map(({ region }) => region))].map((name) => ({ kind: "region" as const, name })),
  ];
}

function unknownWord(topology: Topology, word: string): Problem {
  const known = candidates(topology);
  const names = known.flatMap(({ name, id }) => (id === undefined ? [name] : [name, id]));
  const bare = PREFIX.exec(word)?.[2] ?? word;
  const meant = nearestName(bare, names);
  const isSource =
    topology.accounts.some(({ name, id }) => name === bare || id === bare) && !names.includes(bare);
  const of = (kind: Kind) => known.filter((one) => one.kind === kind).map(({ name }) => name);
  return {
    path: "only",
    what: isSource
      ? `no rule has the account "${bare}" as a destination`
      : `"${word}" is not a rule, a destination account or a destination Region`,
    allowed: `rules ${listed(of("rule"))}; accounts ${listed(of("account"))}; Regions ${listed(of("region"))}`,
    ...(meant === undefined || isSource ? {} : { fix: `write ${meant}` }),
  };
}

function ambiguousWord(word: string, found: readonly Named[]): Problem {
  return {
    path: "only",
    what: `"${word}" is ${found.map(({ kind }) => WORDS[kind]).join(" and ")}`,
    fix: `add a prefix: ${found.map(({ kind }) => `${kind}:${word}`).join(" or ")}`,
  };
}

const WORDS: Readonly<Record<Kind, string>> = { rule: "a rule", account: "an account", region: "a Region" };

/** How many names a message lists. */
const LISTED = 12;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return more > 0 ? `${names.slice(0, LISTED).join(", ")} and ${more} more` : names.join(", ");
}
