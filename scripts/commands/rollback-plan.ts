import { ConfigurationError, type Problem } from "../../core/errors";
import { buildGraph, rulePath, type CopyNode, type Rule, type Topology } from "../../topology";
import type { SnapshotView } from "../aws";
import type { CopyView } from "../engine/copy";
import { sourceOf } from "../engine/lineage";
import { ruleStateOf } from "../engine/rule-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import { readHold, type Hold } from "../engine/hold";
import type { RollbackPlan } from "../engine/results";
import { publishedCopies, unfitness, type PublishedCopies } from "../steps/earlier-copies";

/** The rule to roll back, and the accounts. */
export interface RollbackRequest {
  readonly rule: string;
  /** The user's names of accounts. @default - every destination */
  readonly accounts?: readonly string[];
}

/** One destination that is rolled back. */
export interface Destination {
  readonly node: CopyNode;
  readonly published: PublishedCopies;
  readonly target?: CopyView;
  readonly snapshots: readonly SnapshotView[];
  /** Absent if there is no copy to roll back to. */
  readonly keyArn?: string;
}

/** What a rollback would do, and its input. */
export interface Prepared {
  readonly rule: Rule;
  readonly plan: RollbackPlan;
  readonly destinations: readonly Destination[];
}

/**
 * What a rollback would do. Reads only.
 * @throws ConfigurationError for a rule or account that the topology does not have
 */
export async function planRollback(context: ReadContext, request: RollbackRequest): Promise<RollbackPlan> {
  return (await prepare(context, request)).plan;
}

/**
 * Reads the state that a rollback starts from, and decides what it goes back to. Reads only.
 * @throws ConfigurationError for a rule or account that the topology does not have
 */
export async function prepare(context: ReadContext, request: RollbackRequest): Promise<Prepared> {
  const { rule, parameter, nodes } = readRequest(context.topology, request);
  const [held, published] = await Promise.all([
    readHold(ruleStateOf(context.topology, context.aws, rule)),
    concurrently(nodes, async (node) => ({
      node,
      published: await publishedCopies(context, node, parameter),
    })),
  ]);
  const standing = isHoldActive(held, published) ? held : undefined;
  const heldBack = standing?.heldBack ?? newestShown(published.map((each) => each.published));
  const showing =
    standing?.showing ?? (heldBack === undefined ? undefined : commonEarlier(published, heldBack));
  const destinations = await concurrently(
    published,
    async ({ node, published: own }): Promise<Destination> => {
      const target = [own.current, ...own.earlier].find(
        (image) => image !== undefined && showing !== undefined && sourceOf(image.tags) === showing,
      );
      const fitness = target === undefined ? undefined : await unfitness(context, node, target);
      return {
        node,
        published: own,
        ...(target === undefined || (fitness?.wrong.length ?? 0) > 0 ? {} : { target }),
        snapshots: fitness?.snapshots ?? [],
        ...(fitness?.keyArn === undefined ? {} : { keyArn: fitness.keyArn }),
      };
    },
  );
  const refusals = await concurrently(destinations, (destination) =>
    refusalOf(context, destination, parameter, showing, destinations),
  );
  const plan: RollbackPlan = {
    topology: context.topology.name,
    rule: rule.name,
    parameter,
    ...(heldBack === undefined ? {} : { heldBack }),
    ...(showing === undefined ? {} : { showing }),
    destinations: destinations.map(({ node, published: own, target }) => ({
      node: node.id,
      account: node.place.account.id,
      accountName: node.place.account.name,
      region: node.place.region,
      ...(own.shows === undefined ? {} : { shows: own.shows }),
      ...(target === undefined ? {} : { goesBackTo: target.id }),
    })),
    refusals: refusals.flat(),
  };
  return { rule, plan, destinations };
}

/** The parameter of a shared image shows the source's own image, which has no earlier copy to go back to. */
function sharedProblems(rule: Rule | undefined, accounts: readonly string[]): readonly Problem[] {
  if (rule === undefined) return [];
  const names = rule.to.flatMap(({ shares = [] }) => shares.map(({ account }) => account.name));
  const meant = [...new Set(names)].filter((name) => accounts.length === 0 || accounts.includes(name));
  if (meant.length === 0) return [];
  return [
    {
      path: "rule",
      what: `${rule.name} is shared with ${meant.join(", ")}, where an earlier image cannot be published again`,
      fix: `carry the earlier image: ${rulePath(rule)}.from: { imageId }; or roll back the accounts that have copies alone`,
    },
  ];
}

/** @throws ConfigurationError with everything that is wrong */
export function readRequest(topology: Topology, { rule: name, accounts = [] }: RollbackRequest) {
  const rule = topology.rules.find((candidate) => candidate.name === name);
  const known = [...new Set((rule?.to ?? []).map(({ account }) => account.name))];
  const problems = [
    ...(rule === undefined
      ? [
          {
            path: "rule",
            what: `the topology has no rule "${name}"`,
            allowed: topology.rules.map((image) => image.name).join(", "),
          },
        ]
      : []),
    ...sharedProblems(rule, accounts),
    ...(rule !== undefined && rule.publishTo === undefined
      ? [
          {
            path: "rule",
            what: `${name} is not published, so there is nothing to roll back`,
            fix: `set ${rulePath(rule)}.publishTo`,
          },
        ]
      : []),
    ...(rule === undefined
      ? []
      : accounts
          .filter((account) => !known.includes(account))
          .map((account) => ({
            path: "accounts",
            what: `${name} does not go to an account "${account}"`,
            allowed: known.join(", "),
          }))),
  ];
  if (problems.length > 0 || rule?.publishTo === undefined)
    throw new ConfigurationError(problems, "the options");
  // The destinations do not depend on the source image, which may be gone.
  const { nodes } = buildGraph(topology, rule, { id: "", name: "", snapshots: [] });
  const finals = nodes.filter(
    ({ role, place }) => role === "final" && (accounts.length === 0 || accounts.includes(place.account.name)),
  );
  return { rule, parameter: rule.publishTo, nodes: finals };
}

/** A rollback does not count if a run has published something newer since. */
function isHoldActive(
  held: Hold | undefined,
  published: readonly { readonly published: PublishedCopies }[],
): held is Hold {
  if (held === undefined) return false;
  const known = [held.heldBack, held.showing];
  return published.every(
    ({ published: { current } }) => current === undefined || known.includes(sourceOf(current.tags) ?? ""),
  );
}

/** The source of the newest published copy. */
function newestShown(published: readonly PublishedCopies[]): string | undefined {
  const [newest] = published
    .flatMap(({ current }) => current ?? [])
    .sort((a, b) => b.creationDate.localeCompare(a.creationDate));
  return newest === undefined ? undefined : sourceOf(newest.tags);
}

/** The newest source image of which every destination has, or publishes, a verified copy. */
function commonEarlier(
  all: readonly { readonly published: PublishedCopies }[],
  heldBack: string,
): string | undefined {
  const candidates = all.map(({ published: { current, earlier } }) => {
    const isBehind = current !== undefined && sourceOf(current.tags) !== heldBack;
    const before = earlier.filter(
      (image) => current === undefined || image.creationDate < current.creationDate,
    );
    return (isBehind ? [current, ...before] : before).filter((image) => sourceOf(image.tags) !== heldBack);
  });
  return candidates[0]
    ?.map(({ tags }) => sourceOf(tags))
    .find((source) => candidates.every((images) => images.some((image) => sourceOf(image.tags) === source)));
}

async function refusalOf(
  context: ReadContext,
  { node, published, target }: Destination,
  parameter: string,
  showing: string | undefined,
  all: readonly Destination[],
): Promise<readonly Refusal[]> {
  const { account, region } = node.place;
  const about = { subject: `${node.rule.name} -> ${account.name} ${region}`, account: account.id };
  if (published.refused !== undefined) return [{ ...about, ...published.refused }];
  if (published.shows === undefined)
    return [{ ...about, what: `${parameter} shows nothing that could be rolled back` }];
  if (published.current === undefined) {
    const what = `${parameter} shows ${published.shows}, which is not a copy of ${node.rule.name}`;
    return [{ ...about, what, fix: "set the parameter back to what the last run published, or run again" }];
  }
  const isBlockedByOthers = all.some(({ published: { earlier } }) => earlier.length === 0);
  if (target !== undefined || (published.earlier.length > 0 && showing === undefined && isBlockedByOthers))
    return [];
  const wrong = published.earlier.filter((image) => sourceOf(image.tags) === showing);
  const reasons = await concurrently(wrong, async (image) => (await unfitness(context, node, image)).wrong);
  const what =
    showing === undefined || wrong.length === 0
      ? `no earlier copy that ${parameter} showed exists${published.earlier.length === 0 ? "" : ` of a source image that every destination has: ${published.earlier.map(({ id: imageId }) => imageId).join(", ")} exist here`}`
      : `the earlier copy cannot be used: ${reasons.flat().join("; ")}`;
  const able = accountsWithEarlier(all);
  const fix =
    able.length === 0
      ? "keep more copies, so that there is one next time"
      : `roll back only the accounts in which an earlier copy exists: --to ${able.join(" ")}; or keep more copies`;
  return [{ ...about, what, fix }];
}

/** The user's names of the accounts in which every destination has an earlier copy. */
function accountsWithEarlier(all: readonly Destination[]): readonly string[] {
  const nameOf = ({ node }: Destination) => node.place.account.name;
  const without = new Set(all.filter(({ published }) => published.earlier.length === 0).map(nameOf));
  return [...new Set(all.map(nameOf))].filter((name) => !without.has(name));
}
