import { buildGraph, type Account, type ImageRule, type Topology } from "../../topology";
import { checkCredentials } from "../doctor/checks/credentials";
import { checkDestinationKeys } from "../doctor/checks/destination-keys";
import { checkMarketplace } from "../doctor/checks/marketplace";
import { checkNameClashes } from "../doctor/checks/name-clashes";
import { checkSnapshots } from "../doctor/checks/snapshots";
import { checkSourceImage } from "../doctor/checks/source-image";
import { checkSourceKeys } from "../doctor/checks/source-keys";
import { checkTags } from "../doctor/checks/tags";
import type { RuleFacts } from "../doctor/facts";
import { check, refusalsOf, type Finding } from "../doctor/finding";
import { bookOf } from "../engine/bookkeeping";
import { concurrently } from "../engine/concurrently";
import type { LookContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import { readIntent } from "../engine/intent";
import { inspectSource } from "../steps/inspect-source";
import { resolveSourceImage } from "../steps/resolve-source-image";

/** What is known of a rule before anything is done, and what the checks say that a run depends on. */
export interface RuleInspection extends RuleFacts {
  readonly findings: readonly Finding[];
  readonly refusals: readonly Refusal[];
}

export interface Inspection {
  /** Rules whose source account can be entered. */
  readonly rules: readonly RuleInspection[];
  /** Of all accounts in use. */
  readonly credentials: readonly Finding[];
  /** Between rules, as far as their images could be looked at. */
  readonly clashes: readonly Finding[];
  /** Accounts (12 digits) that cannot be entered. */
  readonly closed: ReadonlySet<string>;
  readonly refusals: readonly Refusal[];
}

const say = check("source-image");

/**
 * Looks at every precondition of every rule; nothing stops at the first that fails. Reads only. The doctor makes the
 * same checks, and more.
 * @param repin the source image that an unfinished run has pinned is given up
 */
export async function inspect(context: LookContext, repin = false): Promise<Inspection> {
  const closed = new Set<string>();
  const credentials = await concurrently(accountsInUse(context.topology), async (account) => {
    const finding = await checkCredentials(context, account);
    if (finding.state !== "passed") closed.add(account.id);
    return finding;
  });
  const reachable = context.topology.images.filter((rule) => !closed.has(rule.from.account.id));
  const rules = await concurrently(reachable, (rule) => inspectRule(context, rule, repin, closed));
  const clashes = checkNameClashes(rules.flatMap(({ graph }) => graph ?? []));
  const refusals = [
    ...refusalsOf(credentials),
    ...rules.flatMap((rule) => rule.refusals),
    ...refusalsOf(clashes),
  ];
  return { rules, credentials, clashes, closed, refusals };
}

/** @param skip accounts (12 digits) that cannot be entered; their part has been told already */
export async function inspectRule(
  context: LookContext,
  rule: ImageRule,
  repin = false,
  skip: { has(account: string): boolean } = new Set<string>(),
): Promise<RuleInspection> {
  const nothing = { rule, keyArns: new Map<string, string>() };
  const intent = await say.looking(rule.name, async () =>
    repin ? undefined : readIntent(bookOf(context.topology, context.aws, rule)),
  );
  if ("finding" in intent) return inspected(nothing, [intent.finding]);
  const image = await say.looking(rule.name, () =>
    resolveSourceImage(context, rule, intent.value?.sourceImageId),
  );
  if ("finding" in image) return inspected(nothing, [image.finding]);
  const found = image.value;
  const pinned = intent.value === undefined ? {} : { intent: intent.value };
  const isThere = checkSourceImage(rule, found, intent.value);
  if (found === undefined) return inspected({ ...nothing, ...pinned }, [isThere]);
  // Both look at the snapshots; begun together, they cost one call.
  const [source, snapshots] = await Promise.all([
    say.looking(rule.name, () => inspectSource(context, rule, found)),
    checkSnapshots(context, rule, found),
  ]);
  const ofImage = [isThere, checkMarketplace(rule, found), ...snapshots];
  if ("finding" in source) {
    return inspected({ ...nothing, ...pinned, image: found }, [...ofImage, source.finding]);
  }
  const graph = buildGraph(context.topology, rule, source.value);
  const keys = await checkDestinationKeys(context, graph, skip);
  return inspected({ rule, ...pinned, image: found, graph, keyArns: keys.arns }, [
    ...ofImage,
    checkTags(context.topology, graph),
    ...checkSourceKeys(context.topology, graph),
    ...keys.findings,
  ]);
}

function inspected(facts: RuleFacts, findings: readonly Finding[]): RuleInspection {
  return { ...facts, findings, refusals: refusalsOf(findings) };
}

function accountsInUse(topology: Topology): readonly Account[] {
  const used = topology.images.flatMap((rule) => [rule.from.account, ...rule.to.map((to) => to.account)]);
  return [...new Map(used.map((account) => [account.id, account])).values()];
}
