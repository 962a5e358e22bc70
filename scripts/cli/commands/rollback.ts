import { planRollback, rollback } from "../../api/rollback";
import type { RollbackRequest } from "../../commands/rollback-plan";
import { rollbackText } from "../../report/rollback-text";
import { withManifest } from "../at-work";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { readingOptions, type CommonOptions } from "../session";
import { widthOf } from "../width";

export interface RollbackOptions extends CommonOptions {
  /** Name of the image in the topology. */
  readonly rollback: string;
  /** Names of accounts. @default - every destination */
  readonly to?: readonly string[];
  /** Only print what would be done. @default false */
  readonly dryRun?: boolean;
  /** Path of the manifest, relative to the working directory. @default - manifest.json; in a rehearsal, below its directory */
  readonly manifest?: string;
}

/** `keyferry run --rollback NAME`: points the published parameters back at the previous verified copy. */
export async function rollbackCommand(host: Host, options: RollbackOptions): Promise<number> {
  const topology = loadTopology(host, options.config);
  const request: RollbackRequest = {
    rule: options.rollback,
    ...(options.to === undefined ? {} : { accounts: options.to }),
  };
  if (options.dryRun === true) {
    const plan = await planRollback(topology, request, readingOptions(host, options), host);
    host.out(options.json === true ? JSON.stringify(plan) : rollbackText(plan, widthOf(host).columns));
    return plan.refusals.length === 0 ? EXIT.done : EXIT.refused;
  }
  return withManifest(host, options, (common) => rollback(topology, request, common, host));
}
