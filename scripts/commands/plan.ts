import {
  selectedJobs,
  selectedRules,
  type CopyGraph,
  type PriceTable,
  type SourceSnapshot,
} from "../../topology";
import { kindOf } from "../../kinds/registry";
import type { CopyView } from "../engine/copy";
import { check, refusalsOf, type Finding } from "../engine/finding";
import { ruleStateOf } from "../engine/rule-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { copyQuotas, type CopyQuota } from "../engine/copy-quotas";
import { readHold } from "../engine/hold";
import type { JournalRecord } from "../engine/journal";
import type { CopyPace, Plan, PlanCounts, PlannedCopy, PlannedRule, UnknownRule } from "../engine/results";
import { AWS_SETTINGS } from "../engine/settings";
import { actionsOf } from "../planning/actions";
import { assess, nodesToAssess, unreadCopy, type CopyState, type CopyStates } from "../planning/assess";
import { costOf } from "../planning/cost";
import { DOCUMENTED_PACE, estimate } from "../planning/estimate";
import { plannedAction } from "../planning/planned-action";
import { oneLine, plannedCopies } from "../planning/planned-copies";
import { plannedShares } from "../planning/planned-shares";
import { intendedCopies, type RuleToCarry } from "../planning/rule-to-carry";
import { countsOf, crossingsOf, pressureOf, roundGiB, savedGiB } from "../planning/totals";
import type { PinOptions } from "./pin-source";
import { inspect, type Inspection, type RuleInspection } from "./preflight";
import { unprovedCopies } from "./unproved-copies";

export interface PlanOptions extends PinOptions {
  /** @default - AWS's documented throughput */
  readonly pace?: Partial<CopyPace>;
  /** Copies in progress at the same time in one account and Region. @default - the quota of each from Service Quotas */
  readonly maxCopies?: number;
  /** @default - the topology's, if it has any */
  readonly prices?: PriceTable;
}

/** What `run` would do, how long it would take and what it would cost. Reads only. */
export async function plan(
  context: ReadContext,
  past: readonly JournalRecord[],
  options: PlanOptions = {},
): Promise<Plan> {
  const inspection = await inspect(context, options.repin);
  const { rules: inspections, refusals, closed } = inspection;
  const unknown = unknownRules(context, inspection);
  const findings: Finding[] = [];
  const withGraph = inspections.filter(hasGraph);
  const [rules, quotaOf, unproved] = await Promise.all([
    concurrently(withGraph, (inspection) =>
      planRule(context, inspection, closed, past, findings, options.publish),
    ),
    quotasOf(context, withGraph, closed, options.maxCopies),
    unprovedCopies(context),
  ]);
  const copies = rules.flatMap((rule) => rule.copies);
  const pace = { ...DOCUMENTED_PACE, ...options.pace };
  const duration = estimate(rules, pace, (copy) => quotaOf(copy).copiesAtOnce);
  const prices = options.prices ?? context.topology.prices;
  return {
    topology: context.topology.name,
    rules,
    unknown,
    unproved,
    refusals: [...refusals, ...refusalsOf(findings)],
    counts: countsWith(countsOf(copies), unknown),
    crossRegionGiB: sumOf(copies, (copy) => copy.crossRegionGiB),
    crossRegion: crossingsOf(copies),
    savedGiB: sumOf(rules, savedGiB),
    ...(duration === undefined ? {} : { estimate: duration }),
    pressure: pressureOf(rules, quotaOf),
    ...(prices === undefined ? {} : { cost: costOf(rules, prices) }),
  };
}

/** Rules whose source cannot be read; problems of other rules are refusals. */
function unknownRules(
  { topology, only }: ReadContext,
  { rules, closed }: Inspection,
): readonly UnknownRule[] {
  return selectedRules(topology, only).flatMap((rule) => {
    const inspection = rules.find((candidate) => candidate.rule.name === rule.name);
    const because =
      inspection === undefined
        ? closed.get(rule.from.account.id)
        : inspection.findings.find(({ state }) => inspection.graph === undefined && state === "unknown");
    return because === undefined
      ? []
      : [
          {
            rule: rule.name,
            jobs: selectedJobs(topology, rule, only).length,
            because: oneLine(because.what),
          },
        ];
  });
}

function countsWith(counts: PlanCounts, rules: readonly UnknownRule[]): PlanCounts {
  return { ...counts, unknown: rules.reduce((sum, { jobs }) => sum + jobs, counts.unknown) };
}

type InspectionWithGraph = RuleInspection & { readonly graph: CopyGraph; readonly image: CopyView };

function hasGraph(inspection: RuleInspection): inspection is InspectionWithGraph {
  return inspection.graph !== undefined && inspection.image !== undefined;
}

/** The quotas of the places of all copies that can be read. */
async function quotasOf(
  context: ReadContext,
  inspections: readonly InspectionWithGraph[],
  closed: Inspection["closed"],
  maxCopies: number | undefined,
): Promise<(copy: PlannedCopy) => CopyQuota> {
  const places = inspections.flatMap(({ graph }) => graph.nodes.map(({ place }) => place));
  const open = places.filter(({ account }) => !closed.has(account.id));
  const settings = { ...AWS_SETTINGS, ...(maxCopies === undefined ? {} : { maxCopiesPerPlace: maxCopies }) };
  const quotas = await copyQuotas(context, open, settings);
  return ({ account, region }) => quotas.of({ account: { id: account }, region });
}

const say = check("copies");

/** @param findings receives what AWS denied access to, so that everything else is still read */
async function planRule(
  context: ReadContext,
  inspection: InspectionWithGraph,
  closed: Inspection["closed"],
  past: readonly JournalRecord[],
  findings: Finding[],
  publish: readonly string[] = [],
): Promise<PlannedRule> {
  const { graph, image, intent, pinned, keyArns } = inspection;
  const { rule, source } = graph;
  const hold = await say.looking(rule.name, () => readHold(ruleStateOf(context.topology, context.aws, rule)));
  if ("finding" in hold) findings.push(hold.finding);
  const isHolding = "value" in hold && hold.value !== undefined && !publish.includes(rule.name);
  const carried: RuleToCarry = {
    kind: kindOf(rule),
    graph,
    original: image,
    keyArns,
    resumed: intent !== undefined,
    mayHaveLeft: pinned !== undefined,
    meant: intendedCopies(graph, intent),
    ...(isHolding ? { hold: hold.value } : {}),
  };
  const states = await assessOpen(context, carried, closed, past);
  const actions = actionsOf(context.topology, carried, states);
  const dataGiB = sumOf(source.snapshots, dataOf);
  return {
    rule: rule.name,
    sourceImageId: source.id,
    sourceImageName: source.name,
    sourceAccount: rule.from.account.id,
    sourceAccountName: rule.from.account.name,
    sourceRegion: rule.from.region,
    pinned: intent !== undefined,
    ...outdatedOf(inspection),
    because: graph.because,
    sizeGiB: sumOf(source.snapshots, (snapshot) => snapshot.sizeGiB),
    dataGiB,
    largestGiB: roundGiB(Math.max(0, ...source.snapshots.map(dataOf))),
    snapshots: source.snapshots.length,
    copies: plannedCopies(carried, states, actions, dataGiB),
    shares: await plannedShares(context, carried, states, closed),
    actions: actions.map((action) => plannedAction(rule.from, action)),
    ...(rule.publishTo === undefined ? {} : { publishTo: rule.publishTo }),
  };
}

/** Accounts whose role cannot be assumed are not called. */
async function assessOpen(
  context: ReadContext,
  rule: RuleToCarry,
  closed: Inspection["closed"],
  past: readonly JournalRecord[],
): Promise<CopyStates> {
  const nodes = nodesToAssess(rule);
  const shut = nodes.flatMap(({ node }): [string, CopyState][] => {
    const because = closed.get(node.place.account.id);
    return because === undefined ? [] : [[node.id, unreadCopy(because.what)]];
  });
  const open = nodes.filter(({ node }) => !closed.has(node.place.account.id));
  return new Map([...shut, ...(await assess(context, open, { past, older: true }))]);
}

function outdatedOf({ intent, newer }: RuleInspection): Pick<PlannedRule, "outdated"> {
  if (intent === undefined || newer === undefined) return {};
  return { outdated: { since: intent.startedAt, imageId: newer.id, name: newer.name } };
}

/** The size of a full copy of a snapshot: the blocks that were ever written, and at most the whole volume. */
function dataOf({ sizeGiB, dataBytes }: SourceSnapshot): number {
  return dataBytes === undefined ? sizeGiB : Math.min(sizeGiB, dataBytes / 1024 ** 3);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return roundGiB(items.reduce((sum, item) => sum + of(item), 0));
}
