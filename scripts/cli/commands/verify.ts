import { verify } from "../../api/verify";
import { verificationText } from "../../report/result-text";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { named, type OnlyOption } from "../name-options";
import { readingOptions, type CommonOptions } from "../session";
import { widthOf } from "../width";

/** `keyferry verify`: verifies every copy job on AWS; changes nothing. */
export async function verifyCommand(host: Host, options: CommonOptions & OnlyOption): Promise<number> {
  const topology = loadTopology(host, options.config);
  const found = await verify(topology, { ...readingOptions(host, options), ...named(options) }, host);
  host.out(options.json === true ? JSON.stringify(found) : verificationText(found, widthOf(host).columns));
  if (found.refusals.length > 0) return EXIT.refused;
  return found.ok ? EXIT.done : EXIT.failed;
}
