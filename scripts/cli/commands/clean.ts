import { cleanText } from "../../report/clean-text";
import { clean } from "../../commands/clean";
import { atWork } from "../at-work";
import { EXIT } from "../exit-codes";
import { openFoundation } from "../foundation";
import type { Host } from "../host";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";

export interface CleanOptions extends CommonOptions {
  /** Remove what is found. @default false - it is only listed */
  readonly apply?: boolean;
}

/** `keyferry clean`: lists what runs left behind; `--apply` removes it. */
export async function cleanCommand(host: Host, options: CleanOptions): Promise<number> {
  const json = options.json === true;
  const apply = options.apply ?? false;
  const session = await openSession(host, options);
  const foundation = openFoundation(host, options, session);
  const report = await atWork(host, session, json, (input) => clean({ ...input, foundation, apply }));
  host.out(json ? JSON.stringify(report) : cleanText(report, widthOf(host).columns));
  if (report.refusals.length > 0) return EXIT.refused;
  return report.applied && !report.ok ? EXIT.failed : EXIT.done;
}
