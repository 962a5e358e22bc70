import { ConfigurationError, type Problem } from "../core/errors";
import { nearestName } from "../core/nearest-name";
import type { CopyGraph, CopyNode } from "./graph";
import { copyJobs, shareJobs, type CopyJob } from "./jobs";
import type { Rule, Place, Topology } from "./model";

/** Some of the copy jobs of a topology, as a user has named them. */
export interface Selection {
  /** As they were given. */
  readonly words: readonly string[];
  includes(job: { readonly rule: Pick<Rule, "name">; readonly to: PlaceOfJob }): boolean;
}

/** Where a job goes; a copy that is made to be shared is selected by those who launch from it as well. */
type PlaceOfJob = Place & { readonly shares?: readonly Place[] };

type Kind = "rule" | "account" | "region";

/** What a word can name, and what of a copy job that is. */
interface Named {
  readonly kind: Kind;
  /** As the topology names it: an account by its name. */
  readonly name: string;
}

/** `image:` names a rule as well: earlier versions knew no other kinds. */
const PREFIX = /^(rule|image|account|region):(.*)$/;

/**
 * The copy jobs that words name: rules, destination accounts by name or 12-digit id, and Regions. Several of one kind are
 * added up, and kinds narrow each other: `web prod staging` is `web` into `prod` and into `staging`. Where a word means
 * two things, `rule:`, `account:` or `region:` before it says which.
 * @throws ConfigurationError with every word that names nothing, names two things, or leaves nothing over
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
      what: `no copy job is ${words.join(" and ")} at once`,
      allowed: listed(allJobs(topology).map(({ id }) => id)),
    });
  }
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
  return { words, includes };
}

/** The rules of which something is selected. @param selection @default - everything is */
export function selectedRules(topology: Topology, selection?: Selection): readonly Rule[] {
  return topology.rules.filter((rule) => selectedJobs(topology, rule, selection).length > 0);
}

/** Copies and shares. */
function allJobs(topology: Topology): readonly CopyJob[] {
  return [...copyJobs(topology), ...shareJobs(topology)];
}

/** The copy jobs of a rule that are selected, and what it shares. @param selection @default - all of them are */
export function selectedJobs(topology: Topology, rule: Rule, selection?: Selection): readonly CopyJob[] {
  return allJobs(topology).filter((job) => job.rule.name === rule.name && (selection?.includes(job) ?? true));
}

/**
 * The part of a graph that is selected: the final copies, the transit copies that they are made from, and the shares that
 * they need. The way of each is that of the whole graph, so that a later run of everything goes on from what is there.
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
      ? `nothing goes into the account "${bare}"`
      : `"${word}" is no rule, no account and no Region into which one goes`,
    allowed: `rules ${listed(of("rule"))}; accounts ${listed(of("account"))}; Regions ${listed(of("region"))}`,
    ...(meant === undefined || isSource ? {} : { fix: `write ${meant}` }),
  };
}

function ambiguousWord(word: string, found: readonly Named[]): Problem {
  return {
    path: "only",
    what: `"${word}" is ${found.map(({ kind }) => WORDS[kind]).join(" and ")}`,
    fix: `say which: ${found.map(({ kind }) => `${kind}:${word}`).join(" or ")}`,
  };
}

const WORDS: Readonly<Record<Kind, string>> = { rule: "a rule", account: "an account", region: "a Region" };

/** How many names are told at once. */
const LISTED = 12;

function listed(names: readonly string[]): string {
  const more = names.length - LISTED;
  return more > 0 ? `${names.slice(0, LISTED).join(", ")} and ${more} more` : names.join(", ");
}
