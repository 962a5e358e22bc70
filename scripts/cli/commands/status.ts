import { readJournal } from "../../engine/journal";
import { statusText } from "../../report/result-text";
import { status } from "../../commands/status";
import { EXIT } from "../exit-codes";
import { openFoundation } from "../foundation";
import type { Host } from "../host";
import { widthOf } from "../width";
import { onlyOf, type OnlyOption } from "../only";
import { openSession, type CommonOptions } from "../session";

/** `keyferry status`: what runs, what stands, what is pending; changes nothing. */
export async function statusCommand(host: Host, options: CommonOptions & OnlyOption): Promise<number> {
  const session = await openSession(host, options);
  const { topology, aws, journal } = session;
  const foundation = openFoundation(host, options, session);
  const context = { topology, aws, ...onlyOf(topology, options) };
  const found = await status(context, foundation, readJournal(journal));
  host.out(options.json === true ? JSON.stringify(found) : statusText(found, widthOf(host)));
  return found.plan.refusals.length + found.plan.counts.unknown > 0 ? EXIT.refused : EXIT.done;
}
