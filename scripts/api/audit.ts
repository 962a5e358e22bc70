import { ConfigurationError } from "../../core/errors";
import type { Topology, TopologyInput } from "../../topology";
import type { TrailWindow } from "../aws";
import { audit as auditOf } from "../commands/audit";
import type { Audit } from "../engine/results";
import { openFoundation } from "./foundation";
import { readInSession } from "./in-session";
import type { CommonOptions } from "./options";
import { systemWorld } from "./system-world";
import type { World } from "./world";

export interface AuditOptions extends CommonOptions {
  /** Start of the period. CloudTrail's event history contains 90 days. @default - 7 days ago */
  readonly since?: Date;
  /** End of the period. @default - now */
  readonly until?: Date;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const HISTORY_DAYS = 90;

/**
 * Lists who has used the keys of copies, for which copy, and which uses belong to no copy, from CloudTrail's event history, with the
 * deploy roles of the accounts. Changes nothing. CloudTrail delivers most events within minutes: uses of the last 15 minutes may be missing.
 * @param topology what `defineTopology` takes, or a resolved topology
 * @param world @default - this machine and AWS, or the cloud that `AWS_ENDPOINT_URL` points at
 * @returns `ok` if every use belongs to a copy or a launch; what could not be checked is in `unseen`
 * @throws ConfigurationError for a topology or options that are not valid, with all problems
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export function audit(
  topology: TopologyInput | Topology,
  options: AuditOptions = {},
  world: World = systemWorld,
): Promise<Audit> {
  return readInSession(world, topology, options, (session) => {
    return auditOf(openFoundation(session), auditWindow(world.clock.now(), options));
  });
}

/**
 * The period that an audit covers.
 * @throws ConfigurationError if CloudTrail's event history does not contain it
 */
export function auditWindow(now: Date, { since, until }: Pick<AuditOptions, "since" | "until">): TrailWindow {
  const from = since ?? new Date((until ?? now).getTime() - DEFAULT_DAYS * DAY_MS);
  refuseTime(from, until ?? now, now);
  return { from, ...(until === undefined ? {} : { until }) };
}

/** @throws ConfigurationError */
function refuseTime(from: Date, until: Date, now: Date): void {
  const problems = [
    ...(from < until
      ? []
      : [{ path: "--since", what: `${from.toISOString()} is not before ${until.toISOString()}` }]),
    ...(now.getTime() - from.getTime() <= HISTORY_DAYS * DAY_MS
      ? []
      : [
          {
            path: "--since",
            what: `${from.toISOString()} is earlier than CloudTrail's event history`,
            allowed: `${HISTORY_DAYS} days`,
            fix: "for older events, query the logs of a trail",
          },
        ]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
}
