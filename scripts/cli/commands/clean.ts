import { clean } from "../../api/clean";
import { cleanText } from "../../report/clean-text";
import { atWork } from "../at-work";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import type { CommonOptions } from "../session";
import { widthOf } from "../width";

export interface CleanOptions extends CommonOptions {
  /** Remove what is listed. @default false */
  readonly apply?: boolean;
}

/** `keyferry clean`: lists what runs left behind; `--apply` removes it. */
export async function cleanCommand(host: Host, options: CleanOptions): Promise<number> {
  const { apply = false } = options;
  const topology = loadTopology(host, options.config);
  const report = await atWork(host, options, (common) => clean(topology, { ...common, apply }, host));
  host.out(options.json === true ? JSON.stringify(report) : cleanText(report, widthOf(host).columns));
  if (report.refusals.length > 0) return EXIT.refused;
  return report.applied && !report.ok ? EXIT.failed : EXIT.done;
}
