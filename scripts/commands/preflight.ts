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

/** What is known about the rules before a run, and the results of the checks that a run depends on. */
export interface RuleInspection extends RuleFacts {
  readonly findings: readonly Finding[];
  readonly refusals: readonly Refusal[];
}

export interface Inspection {
  /** Rules whose source account can be read. */
  readonly rules: readonly RuleInspection[];
  /** For all accounts in use. */
  readonly credentials: readonly Finding[];
  /** Between rules, as far as their images could be read. */
  readonly clashes: readonly Finding[];
  /** For the parameters to be published, in all accounts whose role can be assumed. */
  readonly parameters: readonly Finding[];
  /** Accounts (12 digits) whose role cannot be assumed, each with the error. */
  readonly closed: ReadonlyMap<string, Finding>;
  readonly refusals: readonly Refusal[];
}

const say = check("source-image");

/**
 * Checks every precondition of every rule, and does not stop at the first failure. Reads only. The doctor makes the
 * same checks, and more.
 * @param repin whether the source image that an unfinished run pinned is discarded
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

/** Whether the name of a copy must be unique in an account and Region. */
function isNamedOnce(rule: Rule): boolean {
  return declaredKind(rule).carriedOnce !== undefined;
}

/** @param skip accounts (12 digits) whose role cannot be assumed; they are reported already */
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
  // Both read the snapshots; started together, they make one call.
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
  // A place that cannot be read affects only its own copies.
  const unseen = names.filter(({ state }) => state === "unknown");
  const facts = { rule, ...pinned, image: found, graph, keyArns: keys.arns };
  return inspected(facts, [...findings, ...names.filter((name) => !unseen.includes(name))], unseen);
}

/** The image that the rule would carry if none were pinned, if it is a different one. */
async function newerThan(
  context: ReadContext,
  rule: Rule,
  pinnedImageId: string,
): Promise<Pick<RuleFacts, "newer">> {
  const wanted = await say.looking(rule.name, () => kindOf(rule).resolveSource(context, rule));
  if ("finding" in wanted || wanted.value === undefined || wanted.value.id === pinnedImageId) return {};
  return { newer: wanted.value };
}

/** @param notes findings that do not prevent a run */
function inspected(
  facts: RuleFacts,
  findings: readonly Finding[],
  notes: readonly Finding[] = [],
): RuleInspection {
  return { ...facts, findings: [...findings, ...notes], refusals: refusalsOf(findings) };
}

function accountsInUse({ topology, only }: ReadContext, rules: readonly Rule[]): readonly Account[] {
  const used = rules.flatMap((rule) => [
    rule.from.account,
    ...selectedJobs(topology, rule, only).map(({ to }) => to.account),
  ]);
  return [...new Map(used.map((account) => [account.id, account])).values()];
}
