import { resolvePrices, type PriceTable, type Topology, type TopologyInput } from "../../topology";
import { plan as planOf } from "../commands/plan";
import { readJournal } from "../engine/journal";
import type { CopyPace, Plan } from "../engine/results";
import { onlyOf, publishedAgain } from "./chosen";
import { readInSession } from "./in-session";
import type { CommonOptions, OnlyOptions, SourceOptions } from "./options";
import { lookOf } from "./session";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export interface PlanOptions extends CommonOptions, OnlyOptions, SourceOptions {
  /** Assumed speed of copies, in MiB/s. @default - AWS's documented throughput */
  readonly pace?: Partial<CopyPace>;
  /** Copies in progress at the same time in one account and Region. @default - the quota that Service Quotas reports */
  readonly maxCopies?: number;
  /** Prices for the cost estimate. @default - the topology's; without prices there is no estimate */
  readonly prices?: PriceTable;
}

/**
 * Returns what `run` would do and why, how long it would take and what it would cost. Changes nothing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns with `refusals` if a run would not start, and `counts.unknown` if AWS does not allow reading everything
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws AwsCallError if AWS refuses a call without which there is no result
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function plan(
  topology: TopologyInput | Topology,
  options: PlanOptions = {},
  world: World = systemWorld,
): Promise<Plan> {
  const { pace, maxCopies, prices, repin = false } = options;
  return readInSession(world, topology, options, (session) => {
    const look = { ...lookOf(world, session), ...onlyOf(session.topology, options) };
    return planOf(look, readJournal(session.journal), {
      repin,
      publish: publishedAgain(session.topology, options),
      ...(pace === undefined ? {} : { pace }),
      ...(maxCopies === undefined ? {} : { maxCopies }),
      ...(prices === undefined ? {} : { prices: resolvePrices(prices, "the price table") }),
    });
  });
}
