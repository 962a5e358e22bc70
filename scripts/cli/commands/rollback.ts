import { rollbackText } from "../../report/rollback-text";
import { rollback } from "../../commands/rollback";
import { planRollback, type RollbackRequest } from "../../commands/rollback-plan";
import { withManifest } from "../at-work";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";

export interface RollbackOptions extends CommonOptions {
  /** Name of the image in the topology. */
  readonly rollback: string;
  /** Names of accounts. @default - every destination */
  readonly to?: readonly string[];
  /** Only say what would be done. @default false */
  readonly dryRun?: boolean;
  /** Path of the manifest, relative to the working directory. @default - manifest.json; a rehearsal's is below its directory */
  readonly manifest?: string;
}

/** `keyferry run --rollback NAME`: the published parameter goes back to the previous proved copy. */
export async function rollbackCommand(host: Host, options: RollbackOptions): Promise<number> {
  const session = await openSession(host, options);
  const request: RollbackRequest = {
    rule: options.rollback,
    ...(options.to === undefined ? {} : { accounts: options.to }),
  };
  if (options.dryRun === true) {
    const { topology, aws } = session;
    const plan = await planRollback({ topology, aws, clock: host.clock }, request);
    host.out(options.json === true ? JSON.stringify(plan) : rollbackText(plan, widthOf(host).columns));
    return plan.refusals.length === 0 ? EXIT.done : EXIT.refused;
  }
  return withManifest(host, session, options, (input) => rollback({ ...input, request }));
}
