import { audit } from "../../api/audit";
import { auditText } from "../../report/audit-text";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { readingOptions, type CommonOptions } from "../session";
import { widthOf } from "../width";

export interface AuditCommandOptions extends CommonOptions {
  readonly since?: Date;
  readonly until?: Date;
}

/** `keyferry audit`: lists who has used the keys of copies, and for which copy; changes nothing. */
export async function auditCommand(host: Host, options: AuditCommandOptions): Promise<number> {
  const { since, until } = options;
  const found = await audit(
    loadTopology(host, options.config),
    {
      ...readingOptions(host, options),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    },
    host,
  );
  host.out(options.json === true ? JSON.stringify(found) : auditText(found, widthOf(host).columns));
  if (!found.ok) return EXIT.failed;
  return found.unseen.length > 0 ? EXIT.refused : EXIT.done;
}
