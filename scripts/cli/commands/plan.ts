import { plan } from "../../api/plan";
import { planText } from "../../report/plan-text";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { loadPrices } from "../load-prices";
import { named, type OnlyOption, type PublishOption } from "../name-options";
import { readingOptions, type CommonOptions } from "../session";
import { widthOf } from "../width";
import { routesCommand } from "./routes";

export interface PlanCommandOptions extends CommonOptions, OnlyOption, PublishOption {
  readonly repin?: boolean;
  /** Path of the price table, relative to the working directory. */
  readonly prices?: string;
  /** MiB/s. */
  readonly snapshotSpeed?: number;
  /** MiB/s. */
  readonly pairSpeed?: number;
  readonly maxCopies?: number;
  /** Instead: print which routes are open. */
  readonly routes?: boolean;
  /** Instead: choose routes, and write them to the lock file. */
  readonly write?: boolean;
}

/** `keyferry plan`: what `run` would do and why, how long it would take and what it would cost; changes nothing. */
export async function planCommand(host: Host, options: PlanCommandOptions): Promise<number> {
  if (options.routes === true || options.write === true) return routesCommand(host, options);
  const topology = loadTopology(host, options.config);
  const { repin = false, snapshotSpeed, pairSpeed, maxCopies } = options;
  const planned = await plan(
    topology,
    {
      ...readingOptions(host, options),
      ...named(options),
      repin,
      pace: {
        ...(snapshotSpeed === undefined ? {} : { snapshotMiBps: snapshotSpeed }),
        ...(pairSpeed === undefined ? {} : { pairMiBps: pairSpeed }),
      },
      ...(maxCopies === undefined ? {} : { maxCopies }),
      ...(options.prices === undefined ? {} : { prices: loadPrices(host, options.prices) }),
    },
    host,
  );
  host.out(options.json === true ? JSON.stringify(planned) : planText(planned, widthOf(host)));
  return planned.refusals.length + planned.counts.unknown === 0 ? EXIT.done : EXIT.refused;
}
