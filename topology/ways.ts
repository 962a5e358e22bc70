import { derived } from "@keyferry/common";
import { isRegistered, isStored, type CopyJob } from "./jobs";
import type { Place, Rule, Topology } from "./model";
import { volumeKeys } from "./registered-access";
import { sharedTransferOf } from "./shared-transfers";
import { sourceKeyAliases } from "./shares";

/**
 * Equal for jobs whose copies use the same path: from the same keys, through the same places. They need the same access to keys and places, so
 * checking one of them is enough.
 */
export function wayOf(topology: Topology, job: CopyJob): string {
  return waysIn(topology)(job);
}

const waysIn = derived((topology: Topology) => {
  const startOf = derived((rule: Rule) =>
    [rule.kind, placeId(rule.from), ...sourceKeyAliases(topology, rule)].join(),
  );
  return derived((job: CopyJob): string => {
    const { rule, to } = job;
    const shared = sharedTransferOf(topology, job);
    return [
      startOf(rule),
      placeId(to),
      shared === undefined ? "" : placeId(shared.place),
      // Each rule has its own prefix in the buckets.
      isStored(job) ? rule.name : "",
      isRegistered(job),
      to.shares !== undefined,
      ...volumeKeys(topology, to).map(({ alias }) => alias),
    ].join();
  });
});

function placeId({ account, region }: Place): string {
  return `${account.id} ${region}`;
}
