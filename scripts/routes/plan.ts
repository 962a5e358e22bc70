import {
  selectedJobs,
  selectedRules,
  type CopyGraph,
  type CopyNode,
  type PriceTable,
  type SourceSnapshot,
} from "../../topology";
import { check, refusalsOf, type Finding } from "../doctor/finding";
import { ruleStateOf } from "../engine/rule-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { copyQuotas, type CopyQuota } from "../engine/copy-quotas";
import { readHold, type Hold } from "../engine/hold";
import type { JournalRecord } from "../engine/journal";
import type { CopyPace, Plan, PlanCounts, PlannedCopy, PlannedRule, UnknownRule } from "../engine/results";
import { AWS_SETTINGS } from "../engine/settings";
import { costOf } from "./planning/cost";
import { DOCUMENTED_PACE, estimate } from "./planning/estimate";
import { oneLine, standingOf, unknownStanding, type Standing } from "./planning/standing";
import { countsOf, crossingsOf, isCopied, pressureOf, roundGiB, savedGiB } from "./planning/totals";
import { inspect, type Inspection, type RuleInspection } from "./preflight";
import { unprovedCopies } from "./unproved-copies";

export interface PlanOptions {
  /** Give up the source image that an unfinished run has pinned. @default false */
  readonly repin?: boolean;
  /** @default - AWS's documented throughput */
  readonly pace?: Partial<CopyPace>;
  /** Copies in progress at the same time in one account and Region. @default - what Service Quotas tells of each */
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
    concurrently(withGraph, (inspection) => planRule(context, inspection, closed, past, findings)),
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

/** Rules of whose source AWS does not let us see anything; what is wrong with any other is a refusal. */
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

type InspectionWithGraph = RuleInspection & { readonly graph: CopyGraph };

function hasGraph(inspection: RuleInspection): inspection is InspectionWithGraph {
  return inspection.graph !== undefined;
}

/** The quotas of the places of all copies that can be looked at. */
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

const say = check("standing");

/** @param findings takes what AWS does not let us look at, so that everything else is still looked at */
async function planRule(
  context: ReadContext,
  inspection: InspectionWithGraph,
  closed: Inspection["closed"],
  past: readonly JournalRecord[],
  findings: Finding[],
): Promise<PlannedRule> {
  const { graph } = inspection;
  const { rule, source } = graph;
  const looking = async <T>(subject: string, otherwise: T, look: () => Promise<T>): Promise<T> => {
    const looked = await say.looking(subject, look);
    if ("value" in looked) return looked.value;
    findings.push(looked.finding);
    return otherwise;
  };
  const ruleState = ruleStateOf(context.topology, context.aws, rule);
  const hold =
    rule.publishTo === undefined
      ? undefined
      : await looking<Hold | undefined>(rule.name, undefined, () => readHold(ruleState));
  const looked = await concurrently(graph.nodes, async (node): Promise<[string, Standing]> => {
    const shut = closed.get(node.place.account.id);
    if (shut !== undefined) return [node.id, unknownStanding(shut.what)];
    const keyArn = inspection.keyArns.get(node.id);
    // What one place does not show keeps no run from starting, so it is no refusal.
    const found = await say.looking(subjectOf(node), () =>
      standingOf(context, graph, node, keyArn, past, hold),
    );
    return [node.id, "value" in found ? found.value : unknownStanding(found.finding.what)];
  });
  const standings = new Map(looked);
  const standing = (node: CopyNode) => standings.get(node.id) ?? unknownStanding("not checked");
  const dependants = (transit: CopyNode) =>
    graph.nodes.filter((node) => node.madeFrom.kind === "node" && node.madeFrom.id === transit.id);
  const mayBeUsed = (transit: CopyNode) =>
    dependants(transit).some((node) => isCopied(standing(node)) || standing(node).action === "unknown");
  const isUsed = (transit: CopyNode) => dependants(transit).some((node) => isCopied(standing(node)));
  const dataGiB = sumOf(source.snapshots, dataOf);
  return {
    rule: rule.name,
    sourceImageId: source.imageId,
    sourceImageName: source.name,
    sourceAccount: rule.from.account.id,
    sourceAccountName: rule.from.account.name,
    sourceRegion: rule.from.region,
    pinned: inspection.intent !== undefined,
    ...outdatedOf(inspection),
    because: graph.because,
    sizeGiB: sumOf(source.snapshots, (snapshot) => snapshot.sizeGiB),
    dataGiB,
    largestGiB: roundGiB(Math.max(0, ...source.snapshots.map(dataOf))),
    snapshots: source.snapshots.length,
    copies: graph.nodes.map((node) => {
      const found = standing(node);
      const isIdle = node.role === "transit" && found.action !== "unknown" && !isUsed(node);
      const keyArn = inspection.keyArns.get(node.id);
      const planned = isIdle ? idle(found, mayBeUsed(node)) : found;
      return plannedCopy(graph, node, planned, dataGiB, keyArn);
    }),
    ...(rule.publishTo === undefined ? {} : { publishTo: rule.publishTo }),
  };
}

function subjectOf({ rule, place }: CopyNode): string {
  return `${rule.name} -> ${place.account.name} ${place.region}`;
}

function outdatedOf({ intent, newer }: RuleInspection): Pick<PlannedRule, "outdated"> {
  if (intent === undefined || newer === undefined) return {};
  return { outdated: { since: intent.startedAt, imageId: newer.imageId, name: newer.name } };
}

/**
 * A transit copy is made only for copies that do not exist yet, and goes when they do.
 * @param mayBeUsed by copies of which nothing is known
 */
function idle(standing: Standing, mayBeUsed: boolean): Standing {
  return { ...standing, action: standing.stands === undefined || mayBeUsed ? "none" : "remove" };
}

function plannedCopy(
  { source, rule, nodes }: CopyGraph,
  node: CopyNode,
  standing: Standing,
  dataGiB: number,
  keyArn: string | undefined,
): PlannedCopy {
  const { madeFrom, place } = node;
  const origin = nodes.find(({ id }) => madeFrom.kind === "node" && madeFrom.id === id);
  const fromRegion = origin?.place.region ?? rule.from.region;
  const moved = isCopied(standing) ? dataGiB : 0;
  return {
    node: node.id,
    role: node.role,
    account: place.account.id,
    accountName: place.account.name,
    region: place.region,
    keyAlias: node.keyAlias,
    ...(keyArn === undefined ? {} : { keyArn }),
    from: origin?.id ?? source.imageId,
    fromRegion,
    ...standing,
    dataGiB: moved,
    crossRegionGiB: fromRegion === place.region ? 0 : moved,
  };
}

/** What a full copy of a snapshot moves: the blocks that were ever written, and at most the whole volume. */
function dataOf({ sizeGiB, dataBytes }: SourceSnapshot): number {
  return dataBytes === undefined ? sizeGiB : Math.min(sizeGiB, dataBytes / 1024 ** 3);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return roundGiB(items.reduce((sum, item) => sum + of(item), 0));
}
