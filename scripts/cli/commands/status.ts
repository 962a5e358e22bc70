import { status } from "../../api/status";
import { statusText } from "../../report/result-text";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { named, type OnlyOption } from "../name-options";
import { readingOptions, type CommonOptions } from "../session";
import { widthOf } from "../width";

/** `keyferry status`: what is running, what is up to date and what is pending; changes nothing. */
export async function statusCommand(host: Host, options: CommonOptions & OnlyOption): Promise<number> {
  const topology = loadTopology(host, options.config);
  const found = await status(topology, { ...readingOptions(host, options), ...named(options) }, host);
  host.out(options.json === true ? JSON.stringify(found) : statusText(found, widthOf(host)));
  return found.plan.refusals.length + found.plan.counts.unknown > 0 ? EXIT.refused : EXIT.done;
}
