import { readJournal } from "../../engine/journal";
import { planText } from "../../report/result-text";
import { plan } from "../../routes/plan";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { openSession, type CommonOptions } from "../session";

/** `keyferry plan`: what `run` would do, and why; changes nothing. */
export async function planCommand(
  host: Host,
  options: CommonOptions & { readonly repin?: boolean },
): Promise<number> {
  const { topology, aws, journal } = openSession(host, options);
  const planned = await plan({ topology, aws }, readJournal(journal), options.repin);
  host.out(options.json === true ? JSON.stringify(planned) : planText(planned));
  return planned.refusals.length === 0 ? EXIT.done : EXIT.refused;
}
