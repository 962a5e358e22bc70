import { ConfigurationError } from "../../../core/errors";
import { rekey } from "../../api/rekey";
import { rekeyText, sumsText } from "../../report/rekey-text";
import { atWork } from "../at-work";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import type { CommonOptions } from "../session";
import { widthOf } from "../width";

export interface RekeyOptions extends CommonOptions {
  /** Only count what would be copied. @default false */
  readonly dryRun?: boolean;
  /** Remove replaced images and snapshots that nothing uses. @default false */
  readonly removeReplaced?: boolean;
  /** Do not ask. @default false */
  readonly yes?: boolean;
}

/** `keyferry keys rekey`: copies what is encrypted with earlier generations of a key to the current one. */
export async function rekeyCommand(host: Host, key: string, options: RekeyOptions): Promise<number> {
  const { dryRun = false, removeReplaced = false, yes = false } = options;
  if (!dryRun && !yes && host.ask === undefined) {
    const what = "it is required when standard input is not a terminal";
    throw new ConfigurationError([{ path: "--yes", what }], "the options");
  }
  const topology = loadTopology(host, options.config);
  const report = await atWork(host, options, (common) =>
    rekey(
      topology,
      {
        ...common,
        key,
        dryRun,
        removeReplaced,
        confirm: async ({ toCopy, replaced }) => {
          if (yes) return true;
          const removal = removeReplaced ? `, and remove what has been replaced (${sumsText(replaced)})` : "";
          const question = `copy ${sumsText(toCopy)} under the current key, and point parameters to the copies${removal}?`;
          return (await host.ask?.(`${question} Only "yes" is accepted: `))?.trim() === "yes";
        },
      },
      host,
    ),
  );
  host.out(options.json === true ? JSON.stringify(report) : rekeyText(report, widthOf(host).columns));
  if (report.failures.length > 0) return EXIT.failed;
  return report.refusals.length + report.unseen.length > 0 ? EXIT.refused : EXIT.done;
}
