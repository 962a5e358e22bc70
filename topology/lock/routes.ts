import { ConfigurationError, type Problem } from "../../core/errors";
import { CHOSEN_ROUTES, rulePath, type ChosenRoute } from "../../kinds/declared";
import { copyJobs, type CopyJob } from "../jobs";
import type { Destination, Place, Topology } from "../model";
import { withFormerUses } from "./change";
import type { ChosenRoutes, Lock, TopologyRecord } from "./model";

/**
 * Routes that `keyferry plan --write` chooses. The topology says `auto`, the lock file records the choice, and all code that
 * reads a topology sees the chosen route as if it had been declared.
 */

/** A topology with the records of the lock file: the chosen routes, and the former uses of its keys. */
export function withRemembered(topology: Topology, lock: Lock): Topology {
  return withFormerUses(withChosenRoutes(topology, lock.topologies[topology.name]?.routes), lock);
}

/** Copy jobs with route `auto`, whether or not a plan has already chosen their route. */
export function autoJobs(topology: Topology): readonly CopyJob[] {
  return copyJobs(topology).filter(({ to }) => isAuto(to));
}

/** The route that a plan has chosen for a copy job; undefined if none has been chosen, or the route is not `auto`. */
export function chosenRoute({ to: { route, routeIsChosen } }: CopyJob): ChosenRoute | undefined {
  if (routeIsChosen !== true) return undefined;
  return CHOSEN_ROUTES.find((chosen) => chosen === (route ?? "copy-image"));
}

/** @throws ConfigurationError with every rule that still has an unchosen route: its resources cannot be deployed */
export function refuseUndecided(topology: Topology): void {
  const problems = topology.rules.flatMap((rule): Problem[] => {
    const undecided = rule.to.filter(({ route }) => route === "auto");
    if (undecided.length === 0) return [];
    const places = undecided.map(({ account, region }) => `${account.name} in ${region}`);
    return [
      {
        path: `${rulePath(rule)}.to`,
        what: `the route is "auto", and no route has been chosen yet for ${places.join(", ")}`,
        allowed: "a choice in keyferry.lock.json, or an explicit route",
        fix: "run `npx keyferry plan --write`, which reads the image and chooses the route, and commit keyferry.lock.json",
      },
    ];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/** The lock with newly chosen routes. Choices of copy jobs that were not asked for are kept; all others are removed. */
export function withRoutes(
  lock: Lock,
  topology: Topology,
  chosen: readonly { readonly job: CopyJob; readonly route: ChosenRoute }[],
): Lock {
  const before = lock.topologies[topology.name] ?? { accounts: {} };
  const routes = { ...before.routes };
  for (const { job, route } of chosen) {
    routes[job.rule.name] = { ...routes[job.rule.name], [placeId(job.to)]: route };
  }
  const next = withRoutesOf(before, declaredRoutes(topology, routes));
  return { ...lock, topologies: { ...lock.topologies, [topology.name]: next } };
}

/** A record with other routes. */
export function withRoutesOf({ accounts }: TopologyRecord, routes: ChosenRoutes): TopologyRecord {
  return Object.keys(routes).length === 0 ? { accounts } : { accounts, routes };
}

/** The recorded choices of routes that are still `auto` in the topology. */
export function declaredRoutes(topology: Topology, routes: ChosenRoutes = {}): ChosenRoutes {
  const next: Record<string, Record<string, ChosenRoute>> = {};
  for (const { rule, to } of autoJobs(topology)) {
    const route = routes[rule.name]?.[placeId(to)];
    if (route !== undefined) next[rule.name] = { ...next[rule.name], [placeId(to)]: route };
  }
  return next;
}

function withChosenRoutes(topology: Topology, routes: ChosenRoutes = {}): Topology {
  if (!topology.rules.some(({ to }) => to.some(isAuto))) return topology;
  return {
    ...topology,
    rules: topology.rules.map((rule) => ({
      ...rule,
      to: rule.to.map((to) => (isAuto(to) ? withRoute(to, routes[rule.name]?.[placeId(to)]) : to)),
    })),
  };
}

function isAuto({ route, routeIsChosen }: Destination): boolean {
  return route === "auto" || routeIsChosen === true;
}

function withRoute(to: Destination, chosen: ChosenRoute | undefined): Destination {
  const kept = Object.entries(to).filter(([name]) => name !== "route" && name !== "routeIsChosen");
  const rest = Object.fromEntries(kept) as unknown as Destination;
  if (chosen === undefined) return { ...rest, route: "auto" };
  return { ...rest, routeIsChosen: true, ...(chosen === "copy-image" ? {} : { route: chosen }) };
}

function placeId({ account, region }: Place): string {
  return `${account.id}/${region}`;
}
