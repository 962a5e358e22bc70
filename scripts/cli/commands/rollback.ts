import path from "node:path";
import { openJournal } from "../../engine/journal";
import { manifestText } from "../../report/result-text";
import { rollbackText } from "../../report/rollback-text";
import { rollback } from "../../routes/rollback";
import { planRollback, type RollbackRequest } from "../../routes/rollback-plan";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { progressPrinter } from "../progress-printer";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";
import { writeWhole } from "../write-whole";

export interface RollbackOptions extends CommonOptions {
  /** Name of the image in the topology. */
  readonly rollback: string;
  /** Names of accounts. @default - every destination */
  readonly to?: readonly string[];
  /** Only say what would be done. @default false */
  readonly dryRun?: boolean;
  /** Path of the manifest, relative to the working directory. */
  readonly manifest: string;
}

/** `keyferry run --rollback NAME`: the published parameter goes back to the previous proved copy. */
export async function rollbackCommand(host: Host, options: RollbackOptions): Promise<number> {
  const { topology, aws, run, journal: file, settings } = openSession(host, options);
  const request: RollbackRequest = {
    rule: options.rollback,
    ...(options.to === undefined ? {} : { accounts: options.to }),
  };
  if (options.dryRun === true) {
    const plan = await planRollback({ topology, aws, clock: host.clock }, request);
    host.out(options.json === true ? JSON.stringify(plan) : rollbackText(plan, widthOf(host).columns));
    return plan.refusals.length === 0 ? EXIT.done : EXIT.refused;
  }
  const journal = openJournal(file);
  const printer = progressPrinter(host, options.json === true);
  const stop = new AbortController();
  const endInterrupt = host.onInterrupt(() => stop.abort());
  const { clock } = host;
  const me = { host: host.hostName, pid: host.pid, run };
  try {
    const { manifest, state } = await rollback({
      topology,
      aws,
      clock,
      settings,
      journal,
      keeper: { me, clock, settings, isAlive: (pid) => host.isAlive(pid) },
      listener: (event) => printer.hear(event),
      signal: stop.signal,
      request,
    });
    // On a terminal the live table would take away what is printed beneath it.
    printer.stop();
    host.out(
      options.json === true ? JSON.stringify(manifest) : manifestText(manifest, widthOf(host).columns),
    );
    // After the result, which is told even where no file can be written.
    writeWhole(path.resolve(host.cwd, options.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    return EXIT[state];
  } finally {
    endInterrupt();
    printer.stop();
    journal.close();
  }
}
