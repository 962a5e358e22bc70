import {
  arrivals,
  autoJobs,
  chosenRoute,
  CHOSEN_ROUTES,
  declaredKind,
  isShared,
  type ChosenRoute,
  type CopyJob,
  type Rule,
  type RouteChoice,
  type Selection,
  type Topology,
} from "../../topology";
import type { Kind } from "../../kinds/kind";
import { kindOf } from "../../kinds/registry";
import { concurrently } from "../engine/concurrently";
import type { SourceContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import { check, refusalsOf } from "../engine/finding";
import type { RoutedDestination, RoutedRule, RoutesReport } from "../engine/results";

/** The choice for a copy job whose route is `auto`. */
export interface ChosenJob {
  readonly job: CopyJob;
  readonly route: ChosenRoute;
}

export interface RoutesLook {
  readonly report: RoutesReport;
  /** For destinations with the route `auto`. */
  readonly chosen: readonly ChosenJob[];
  /** Whether each of the examined destinations has a choice. */
  readonly isDecided: boolean;
}

const say = check("routes");

/** A rule that was examined. */
interface Looked {
  readonly rule?: RoutedRule;
  readonly chosen: readonly ChosenJob[];
  readonly refusals: readonly Refusal[];
}

/**
 * Which routes can be used for the current sources, and which one is chosen. Reads only the sources, so that the
 * foundation need not be deployed.
 * @param only the copy jobs that are examined. @default - all of them
 */
export async function lookAtRoutes(context: SourceContext, only?: Selection): Promise<RoutesLook> {
  const { topology } = context;
  const rules = topology.rules.filter((rule) => jobsOf(topology, rule, only).length > 0);
  const looked = await concurrently(rules, (rule) => lookAt(context, kindOf(rule), rule, only));
  const kinds = [...new Map(rules.map((rule) => [rule.kind, rule])).values()];
  const chosen = looked.flatMap((one) => one.chosen);
  return {
    report: {
      topology: topology.name,
      kinds: kinds.flatMap((rule) => {
        const { routes } = kindOf(rule);
        return routes === undefined
          ? []
          : [
              {
                kind: declaredKind(rule).noun.one,
                routes: routes.offered.map(({ route, needs, forbids, loses }) => ({
                  route,
                  needs,
                  forbids,
                  loses,
                })),
              },
            ];
      }),
      rules: looked.flatMap(({ rule }) => rule ?? []),
      refusals: looked.flatMap(({ refusals }) => refusals),
    },
    chosen,
    isDecided: chosen.length === autoJobs(topology).filter((job) => only?.includes(job) ?? true).length,
  };
}

/** Copies and shares as declared in the topology. */
function jobsOf(topology: Topology, rule: Rule, only: Selection | undefined): readonly CopyJob[] {
  return arrivals(topology).filter((job) => job.rule.name === rule.name && (only?.includes(job) ?? true));
}

async function lookAt(
  context: SourceContext,
  kind: Kind,
  rule: Rule,
  only: Selection | undefined,
): Promise<Looked> {
  const { routes } = kind;
  if (routes === undefined) return { chosen: [], refusals: [] };
  const { topology } = context;
  const looked = await say.looking(rule.name, async () => {
    const source = await kind.resolveSource(context, rule);
    return source === undefined ? undefined : { source, read: await kind.readSource(context, rule, source) };
  });
  if ("finding" in looked) return { chosen: [], refusals: refusalsOf([looked.finding]) };
  if (looked.value === undefined) return { chosen: [], refusals: [noSource(rule)] };
  const { source, read } = looked.value;
  const jobs = jobsOf(topology, rule, only).map((job) => {
    const { routes: judged, choice } = routes.judge(topology, job, source, read);
    return { job, routes: judged, choice };
  });
  const auto = new Set(autoJobs(topology).map(({ id }) => id));
  const { account, region } = rule.from;
  return {
    rule: {
      rule: rule.name,
      kind: declaredKind(rule).noun.one,
      sourceId: read.id,
      sourceName: read.name,
      sourceAccountName: account.name,
      sourceRegion: region,
      destinations: jobs.map(({ job, ...judged }) => destinationOf(kind, job, auto.has(job.id), judged)),
    },
    chosen: jobs.flatMap(({ job, choice }) =>
      auto.has(job.id) && "route" in choice ? [{ job, route: asChosen(choice.route) }] : [],
    ),
    refusals: jobs.flatMap(({ job, choice, routes: judged }) => {
      const declared = auto.has(job.id) ? undefined : declaredRoute(kind, job);
      const closed = judged.find(({ route }) => route === declared)?.closed;
      return refusedJob(job, closed === undefined ? choice : { refused: closed });
    }),
  };
}

function noSource({ name, kind, from: { account, region, select } }: Rule): Refusal {
  const { selectorWords, noun } = declaredKind({ kind });
  return {
    subject: name,
    what: `account ${account.id} ${region} owns no ${noun.one} that is ${selectorWords(select)}: no route can be chosen`,
    fix: `make the ${noun.one}, or correct the rule's from`,
    account: account.id,
  };
}

function refusedJob({ id, rule }: CopyJob, choice: RouteChoice): readonly Refusal[] {
  if (!("refused" in choice)) return [];
  const [first] = choice.refused;
  if (first === undefined) return [];
  return [
    {
      subject: id,
      what: choice.refused.map(({ because }) => because).join("; "),
      fix: first.fix,
      account: rule.from.account.id,
    },
  ];
}

function destinationOf(
  kind: Kind,
  job: CopyJob,
  isAuto: boolean,
  judged: Pick<RoutedDestination, "routes" | "choice">,
): RoutedDestination {
  const { account, region } = job.to;
  const before = chosenRoute(job);
  return {
    account: account.id,
    accountName: account.name,
    region,
    declared: isAuto ? "auto" : (declaredRoute(kind, job) ?? runsChoose(kind)),
    ...(before === undefined ? {} : { chosenBefore: before }),
    ...judged,
  };
}

/** The route that the topology names, in the kind's terms; undefined if every run chooses the route itself. */
function declaredRoute(kind: Kind, { to }: CopyJob): string | undefined {
  if (isShared(to)) return "share";
  const named = to.route ?? "copy-image";
  return kind.routes?.offered.some(({ route }) => route === named) === true ? named : undefined;
}

function runsChoose(kind: Kind): string {
  return (kind.routes?.offered ?? []).map(({ route }) => route).join(" or ");
}

/** Only routes that the lock file can store are chosen for `auto`. */
function asChosen(route: string): ChosenRoute {
  const found = CHOSEN_ROUTES.find((one) => one === route);
  if (found === undefined) throw new TypeError(`${route} is not a route that a plan can choose`);
  return found;
}
