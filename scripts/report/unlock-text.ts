import { describeOwner } from "../engine/lease-record";
import type { Lock, Unlocking } from "../engine/results";
import { hanging } from "./wrap";

/**
 * What blocks runs, for people: who holds the lease, since when, and what breaking it does.
 * @param columns characters in a line. @default - unlimited
 */
export function locksText({ locks }: Unlocking, columns?: number): string {
  if (locks.length === 0) return "no lease is held: keyferry run can start";
  return locks.flatMap((lock) => lockLines(lock).map((line) => hanging(line, columns))).join("\n");
}

function lockLines({ id, account, region, images, lease, isAliveHere, isFarAhead }: Lock): readonly string[] {
  const since = lease.since === undefined ? "" : ` since ${lease.since}`;
  return [
    `the lease ${id} in ${account} ${region}, for ${images.join(", ")}, is held by ${describeOwner(lease.owner)}${since}, until ${lease.expires}`,
    ...(isFarAhead
      ? [
          "  no lease is valid for that long: the clock of the machine that wrote it was ahead, so it expires too late",
        ]
      : []),
    isAliveHere
      ? `  its process ${lease.owner.pid} is alive on this machine: end it first (kill ${lease.owner.pid})`
      : "  if that run is alive, breaking the lease ends it: copies that it has started continue in AWS, and shares and transit copies remain until the next run has finished its work",
  ];
}

/** Which leases have been broken, and when a run can start. */
export function unlockedText({ locks }: Unlocking, columns?: number): string {
  if (locks.length === 0) return "no lease was broken: it has been released in the meantime";
  return locks
    .map(({ id, lease, freeAt = "" }) =>
      hanging(
        `the lease ${id} of run ${lease.owner.run} is broken; until ${freeAt} (AWS's time) that run may still complete calls in progress, and no other run can start; afterwards keyferry run continues its work`,
        columns,
      ),
    )
    .join("\n");
}
