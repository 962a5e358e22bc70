import { readJournal } from "../../engine/journal";
import { planText } from "../../report/plan-text";
import { plan } from "../../commands/plan";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadPrices } from "../load-prices";
import { widthOf } from "../width";
import { onlyOf, type OnlyOption } from "../only";
import { publishedAgain, type PublishOption } from "../publish-option";
import { openSession, type CommonOptions } from "../session";

export interface PlanCommandOptions extends CommonOptions, OnlyOption, PublishOption {
  readonly repin?: boolean;
  /** Path of the price table, relative to the working directory. */
  readonly prices?: string;
  /** MiB/s. */
  readonly snapshotSpeed?: number;
  /** MiB/s. */
  readonly pairSpeed?: number;
  readonly maxCopies?: number;
}

/** `keyferry plan`: what `run` would do, and why, how long and for how much; changes nothing. */
export async function planCommand(host: Host, options: PlanCommandOptions): Promise<number> {
  const { topology, aws, journal } = await openSession(host, options);
  const prices = options.prices === undefined ? {} : { prices: loadPrices(host, options.prices) };
  const planned = await plan({ topology, aws, ...onlyOf(topology, options) }, readJournal(journal), {
    repin: options.repin ?? false,
    publish: publishedAgain(topology, options),
    pace: {
      ...(options.snapshotSpeed === undefined ? {} : { snapshotMiBps: options.snapshotSpeed }),
      ...(options.pairSpeed === undefined ? {} : { pairMiBps: options.pairSpeed }),
    },
    ...(options.maxCopies === undefined ? {} : { maxCopies: options.maxCopies }),
    ...prices,
  });
  host.out(options.json === true ? JSON.stringify(planned) : planText(planned, widthOf(host)));
  return planned.refusals.length + planned.counts.unknown === 0 ? EXIT.done : EXIT.refused;
}
