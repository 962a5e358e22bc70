import { verificationText } from "../../report/result-text";
import { verify } from "../../routes/verify";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { onlyOf, type OnlyOption } from "../only";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";

/** `keyferry verify`: proves every copy job on AWS; changes nothing. */
export async function verifyCommand(host: Host, options: CommonOptions & OnlyOption): Promise<number> {
  const { topology, aws } = await openSession(host, options);
  const found = await verify({ topology, aws, clock: host.clock, ...onlyOf(topology, options) });
  host.out(options.json === true ? JSON.stringify(found) : verificationText(found, widthOf(host).columns));
  if (found.refusals.length > 0) return EXIT.refused;
  return found.ok ? EXIT.done : EXIT.failed;
}
