import { describeOwner } from "../engine/lease-record";
import type { Lock, Unlocking } from "../engine/results";
import { hanging } from "./wrap";

/**
 * What keeps runs out, for people: whose lease, since when, and what breaking it does.
 * @param columns characters in a line. @default - as many as it takes
 */
export function locksText({ locks }: Unlocking, columns?: number): string {
  if (locks.length === 0) return "no lease keeps a run out: keyferry run can begin";
  return locks.flatMap((lock) => lockLines(lock).map((line) => hanging(line, columns))).join("\n");
}

function lockLines({ id, account, region, images, lease, isAliveHere, isFarAhead }: Lock): readonly string[] {
  const since = lease.since === undefined ? "" : ` since ${lease.since}`;
  return [
    `the lease ${id} in ${account} ${region}, for ${images.join(", ")}, is held by ${describeOwner(lease.owner)}${since}, until ${lease.expires}`,
    ...(isFarAhead
      ? [
          "  no lease lives so long: the clock of the machine that wrote it was ahead, and it does not expire in time",
        ]
      : []),
    isAliveHere
      ? `  its process ${lease.owner.pid} is alive on this machine: end it first (kill ${lease.owner.pid})`
      : "  if that run is alive, breaking the lease ends it: copies that it has started go on in AWS, shares and transit copies stay until the next run has finished its work",
  ];
}

/** What has been broken, and from when on a run can begin. */
export function unlockedText({ locks }: Unlocking, columns?: number): string {
  if (locks.length === 0) return "nothing was broken: the lease has been given back meanwhile";
  return locks
    .map(({ id, lease, freeAt = "" }) =>
      hanging(
        `the lease ${id} is taken from run ${lease.owner.run}; until ${freeAt} (AWS's time) that run may still do what it had begun, and no other can start; then keyferry run goes on with its work`,
        columns,
      ),
    )
    .join("\n");
}
