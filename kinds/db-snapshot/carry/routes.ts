import { buildGraph, finalNodeId, type CopyJob, type CopySource, type Topology } from "../../../topology";
import type { KindRoutes } from "../../kind";
import { chooseRoute, judgeRoutes } from "../../shared/declare/routes";
import { dataGiBOf, journeyOf } from "../../shared/journey";
import { DATABASE_ROUTES, type DatabaseRouteFacts } from "../declare/routes";
import type { DatabaseCopy } from "./database-copy";

/** The routes of databases: a run takes that of the graph, so nothing of it has to be chosen before a deployment. */
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
    ...journeyOf(job),
    snapshot: { ...snapshot, id, dataGiB: dataGiBOf(snapshot) },
    ...(final?.madeFrom.kind === "node" ? { throughTransit: because } : {}),
  };
}
