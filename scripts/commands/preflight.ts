import {
  buildGraph,
  declaredKind,
  narrowed,
  selectedJobs,
  selectedRules,
  type Account,
  type Rule,
} from "../../topology";
import { checkCredentials } from "../doctor/checks/credentials";
import { checkDestinationKeys } from "../doctor/checks/destination-keys";
import { checkNameClashes } from "../doctor/checks/name-clashes";
import { checkParameter } from "../doctor/checks/parameters";
import { checkSourceKeys } from "../doctor/checks/source-keys";
import { checkTags } from "../doctor/checks/tags";
import type { RuleFacts } from "../doctor/facts";
import { kindOf } from "../../kinds/registry";
import { check, refusalsOf, type Finding } from "../engine/finding";
import { ruleStateOf } from "../engine/rule-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import { readIntent } from "../engine/intent";
import { checkChosenRoutes } from "./chosen-routes";

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
  /** Of what is to be published, in all accounts that can be entered. */
  readonly parameters: readonly Finding[];
  /** Accounts (12 digits) that cannot be entered, each with what keeps us out. */
  readonly closed: ReadonlyMap<string, Finding>;
  readonly refusals: readonly Refusal[];
}

const say = check("source-image");

/**
 * Looks at every precondition of every rule; nothing stops at the first that fails. Reads only. The doctor makes the
 * same checks, and more.
 * @param repin the source image that an unfinished run has pinned is given up
 */
export async function inspect(context: ReadContext, repin = false): Promise<Inspection> {
  const closed = new Map<string, Finding>();
  const selected = selectedRules(context.topology, context.only);
  const credentials = await concurrently(accountsInUse(context, selected), async (account) => {
    const finding = await checkCredentials(context, account);
    if (finding.state !== "passed") closed.set(account.id, finding);
    return finding;
  });
  const reachable = selected.filter((rule) => !closed.has(rule.from.account.id));
  const jobs = selected
    .flatMap((rule) => selectedJobs(context.topology, rule, context.only))
    .filter(({ to }) => !closed.has(to.account.id));
  const [rules, published] = await Promise.all([
    concurrently(reachable, (rule) => inspectRule(context, rule, repin, closed)),
    concurrently(jobs, ({ rule, to }) => checkParameter(context, rule, to)),
  ]);
  const parameters = published.flat();
  const clashes = checkNameClashes(
    rules.flatMap(({ graph }) => (graph !== undefined && isNamedOnce(graph.rule) ? [graph] : [])),
  );
  const refusals = [
    ...refusalsOf(credentials),
    ...rules.flatMap((rule) => rule.refusals),
    ...refusalsOf(clashes),
    ...refusalsOf(parameters),
  ];
  return { rules, credentials, clashes, parameters, closed, refusals };
}

/** Whether AWS gives the name of a copy only once in an account and Region. */
function isNamedOnce(rule: Rule): boolean {
  return declaredKind(rule).carriedOnce !== undefined;
}

/** @param skip accounts (12 digits) that cannot be entered; their part has been told already */
export async function inspectRule(
  context: ReadContext,
  rule: Rule,
  repin = false,
  skip: { has(account: string): boolean } = new Set<string>(),
): Promise<RuleInspection> {
  const kind = kindOf(rule);
  const nothing = { rule, keyArns: new Map<string, string>() };
  const read = await say.looking(rule.name, () =>
    readIntent(ruleStateOf(context.topology, context.aws, rule)),
  );
  if ("finding" in read) return inspected(nothing, [read.finding]);
  const intent = repin ? undefined : read.value;
  const image = await say.looking(rule.name, () => kind.resolveSource(context, rule, intent?.sourceImageId));
  if ("finding" in image) return inspected(nothing, [image.finding]);
  const found = image.value;
  const pinned = {
    ...(read.value === undefined ? {} : { pinned: read.value }),
    ...(intent === undefined ? {} : { intent, ...(await newerThan(context, rule, intent.sourceImageId)) }),
  };
  if (found === undefined)
    return inspected({ ...nothing, ...pinned }, await kind.checkSource(context, rule, found, intent));
  // Both look at the snapshots; begun together, they cost one call.
  const [source, ofSource] = await Promise.all([
    say.looking(rule.name, () => kind.readSource(context, rule, found)),
    kind.checkSource(context, rule, found, intent),
  ]);
  if ("finding" in source) {
    return inspected({ ...nothing, ...pinned, image: found }, [...ofSource, source.finding]);
  }
  const graph = narrowed(buildGraph(context.topology, rule, source.value), context.only);
  const [keys, names] = await Promise.all([
    checkDestinationKeys(context, graph, skip),
    kind.checkTargets(context, graph, skip),
  ]);
  const findings = [
    ...ofSource,
    ...checkChosenRoutes(context.topology, kind, rule, found, source.value, context.only),
    checkTags(context.topology, graph),
    ...checkSourceKeys(context.topology, graph),
    ...keys.findings,
  ];
  // A place that does not let itself be looked at costs its own copies, and no others.
  const unseen = names.filter(({ state }) => state === "unknown");
  const facts = { rule, ...pinned, image: found, graph, keyArns: keys.arns };
  return inspected(facts, [...findings, ...names.filter((name) => !unseen.includes(name))], unseen);
}

/** The image that the rule would carry if nothing were pinned, where that is another one. */
async function newerThan(
  context: ReadContext,
  rule: Rule,
  pinnedImageId: string,
): Promise<Pick<RuleFacts, "newer">> {
  const wanted = await say.looking(rule.name, () => kindOf(rule).resolveSource(context, rule));
  if ("finding" in wanted || wanted.value === undefined || wanted.value.id === pinnedImageId) return {};
  return { newer: wanted.value };
}

/** @param told findings that keep no run from starting */
function inspected(
  facts: RuleFacts,
  findings: readonly Finding[],
  told: readonly Finding[] = [],
): RuleInspection {
  return { ...facts, findings: [...findings, ...told], refusals: refusalsOf(findings) };
}

function accountsInUse({ topology, only }: ReadContext, rules: readonly Rule[]): readonly Account[] {
  const used = rules.flatMap((rule) => [
    rule.from.account,
    ...selectedJobs(topology, rule, only).map(({ to }) => to.account),
  ]);
  return [...new Map(used.map((account) => [account.id, account])).values()];
}
