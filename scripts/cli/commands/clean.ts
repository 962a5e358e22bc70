import { cleanText } from "../../report/clean-text";
import { clean } from "../../routes/clean";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { progressPrinter } from "../progress-printer";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";

export interface CleanOptions extends CommonOptions {
  /** Remove what is found. @default false - it is only listed */
  readonly apply?: boolean;
}

/** `keyferry clean`: lists what runs have left behind; `--apply` removes it. */
export async function cleanCommand(host: Host, options: CleanOptions): Promise<number> {
  const { topology, aws, run, settings } = openSession(host, options);
  const printer = progressPrinter(host, options.json === true);
  const stop = new AbortController();
  const endInterrupt = host.onInterrupt(() => stop.abort());
  const { clock } = host;
  const me = { host: host.hostName, pid: host.pid, run };
  try {
    const report = await clean({
      topology,
      aws,
      clock,
      settings,
      keeper: { me, clock, settings, isAlive: (pid) => host.isAlive(pid) },
      listener: (event) => printer.hear(event),
      signal: stop.signal,
      apply: options.apply ?? false,
    });
    printer.stop();
    host.out(options.json === true ? JSON.stringify(report) : cleanText(report, widthOf(host).columns));
    if (report.refusals.length > 0) return EXIT.refused;
    return report.applied && !report.ok ? EXIT.failed : EXIT.done;
  } finally {
    endInterrupt();
    printer.stop();
  }
}
