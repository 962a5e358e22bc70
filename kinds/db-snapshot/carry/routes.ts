import { buildGraph, finalNodeId, type CopyJob, type CopySource, type Topology } from "../../../topology";
import type { KindRoutes } from "../../kind";
import { chooseRoute, judgeRoutes } from "../../shared/declare/routes";
import { dataGiBOf, sourceAndDestinationOf } from "../../shared/route-facts";
import { DATABASE_ROUTES, type DatabaseRouteFacts } from "../declare/routes";
import type { DatabaseCopy } from "./database-copy";

/** The routes of databases. A run uses the route in its graph, so no route has to be chosen before a deployment. */
export const databaseRoutes: KindRoutes<DatabaseCopy> = {
  offered: DATABASE_ROUTES.routes,
  judge: (...asked) => {
    const facts = factsOf(...asked);
    return { routes: judgeRoutes(DATABASE_ROUTES, facts), choice: chooseRoute(DATABASE_ROUTES, facts) };
  },
};

function factsOf(
  topology: Topology,
  job: CopyJob,
  { id, snapshot }: DatabaseCopy,
  source: CopySource,
): DatabaseRouteFacts {
  const { nodes, because } = buildGraph(topology, job.rule, source);
  const final = nodes.find((node) => node.id === finalNodeId(job));
  return {
    ...sourceAndDestinationOf(job),
    snapshot: { ...snapshot, id, dataGiB: dataGiBOf(snapshot) },
    ...(final?.madeFrom.kind === "node" ? { throughTransit: because } : {}),
  };
}
