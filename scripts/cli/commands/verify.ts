import { verificationText } from "../../report/result-text";
import { verify } from "../../commands/verify";
import { EXIT } from "../exit-codes";
import { openFoundation } from "../foundation";
import type { Host } from "../host";
import { onlyOf, type OnlyOption } from "../only";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";

/** `keyferry verify`: proves every copy job on AWS; changes nothing. */
export async function verifyCommand(host: Host, options: CommonOptions & OnlyOption): Promise<number> {
  const session = await openSession(host, options);
  const { topology, aws } = session;
  const look = { topology, aws, clock: host.clock, ...onlyOf(topology, options) };
  const found = await verify(look, openFoundation(host, options, session));
  host.out(options.json === true ? JSON.stringify(found) : verificationText(found, widthOf(host).columns));
  if (found.refusals.length > 0) return EXIT.refused;
  return found.ok ? EXIT.done : EXIT.failed;
}
