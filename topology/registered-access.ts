import type { KeyReference } from "../policy/document";
import type { RunnerAccess } from "../policy/runner";
import { isRegistered, isStored, type CopyJob } from "./jobs";
import { declaredKey } from "./keys/named-key";
import type { Destination, Topology } from "./model";
import { generationAlias } from "./names";
import { sharedTransferOf } from "./shared-transfers";

/**
 * The access of an account's runner role for images that are registered from copies of their snapshots (route `register-image`), and
 * the remaining use of CopyImage; empty if no image of the account uses this route.
 * @param receiving jobs whose final copies are in the account
 * @param sending jobs whose images belong to the account
 * @param leaving the sending jobs that need a share
 * @param transitRegions where its transit copies are made
 */
export function registeredAccess(
  topology: Topology,
  receiving: readonly CopyJob[],
  sending: readonly CopyJob[],
  leaving: readonly CopyJob[],
  transitRegions: readonly string[],
): Pick<RunnerAccess, "registered" | "byCopyImage"> {
  const arriving = receiving.filter(isRegistered);
  const sent = sending.filter(isRegistered);
  if (arriving.length + sent.length === 0) return {};
  const others = receiving.filter((job) => !isRegistered(job));
  return {
    registered: {
      registersIn: sorted(arriving.map(({ to }) => to.region)),
      copiesFrom: regionsCopiedFrom(topology, arriving, []),
      readsIn: sorted(sent.map(({ rule }) => rule.from.region)),
    },
    byCopyImage: {
      copiesInto: sorted([...others.map(({ to }) => to.region), ...transitRegions]),
      copiesFrom: regionsCopiedFrom(topology, others, leaving),
    },
  };
}

/** The keys that a destination names for volumes of an image, each once. */
export function volumeKeys(topology: Topology, to: Destination): readonly KeyReference[] {
  if (to.volumeKeys === undefined) return [];
  const aliases = new Set(Object.values(volumeKeyAliases(topology, to)));
  return [...aliases].map((alias) => ({ account: to.account.id, region: to.region, alias }));
}

/** Aliases of the keys that a destination names for volumes of an image, by device. */
export function volumeKeyAliases(
  topology: Topology,
  { account, region, volumeKeys: names = {} }: Destination,
): Readonly<Record<string, string>> {
  const aliasOf = (name: string) => {
    const { generation = 1 } = declaredKey(topology, account.id, region, name) ?? {};
    return generationAlias(topology.name, name, generation);
  };
  return Object.fromEntries(Object.entries(names).map(([device, name]) => [device, aliasOf(name)]));
}

/** Regions from which copies are made: those of sources and of shared transfers; a restored image is copied in its own Region. */
export function regionsCopiedFrom(
  topology: Topology,
  receiving: readonly CopyJob[],
  leaving: readonly CopyJob[],
): readonly string[] {
  return sorted([
    ...[...receiving, ...leaving].map((job) => (isStored(job) ? job.to.region : job.rule.from.region)),
    ...receiving.flatMap((job) => sharedTransferOf(topology, job)?.place.region ?? []),
  ]);
}

function sorted(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}
