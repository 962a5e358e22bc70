import { withRoutes, type Topology, type TopologyInput } from "../../topology";
import { lookAtRoutes } from "../commands/routes";
import type { RoutesReport } from "../engine/results";
import { onlyOf } from "./chosen";
import { inSession } from "./in-session";
import { lockOnDisk } from "./lock-on-disk";
import type { CommonOptions, OnlyOptions } from "./options";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export interface RoutesOptions extends CommonOptions, OnlyOptions {
  /**
   * Whether the routes that are chosen for destinations with the route `auto` are written to the lock file, from which synthesis
   * reads them. If one cannot be chosen, none is written. @default false
   */
  readonly write?: boolean;
}

/**
 * Returns which routes are open to the current sources and why others are not, and the choice for destinations with the route
 * `auto`. Reads sources with the deploy role of their account, so that the foundation does not have to exist. Changes nothing in AWS.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns with `refusals` if a source could not be read, or no permitted route is open
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function routes(
  topology: TopologyInput | Topology,
  options: RoutesOptions = {},
  world: World = systemWorld,
): Promise<RoutesReport> {
  return inSession(world, topology, { ...options, undecided: true }, async (session) => {
    const { topology: declared, deployer, project } = session;
    const { only } = onlyOf(declared, options);
    const { report, chosen, isDecided } = await lookAtRoutes({ topology: declared, aws: deployer }, only);
    if (options.write !== true || !isDecided) return report;
    const disk = lockOnDisk(project, declared);
    const written = chosen.map(({ job, route }) => {
      const before = report.rules
        .find(({ rule }) => rule === job.rule.name)
        ?.destinations.find(
          ({ account, region }) => account === job.to.account.id && region === job.to.region,
        )?.chosenBefore;
      return { job: job.id, route, ...(before === undefined ? {} : { before }) };
    });
    if (written.length > 0) disk.write(withRoutes(disk.stored(), declared, chosen));
    return { ...report, written };
  });
}
