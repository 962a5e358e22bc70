import { derived } from "../core/derived";
import { keyReferenceId, type KeyReference } from "../policy/document";
import type { KeyDeclaration } from "../policy/keys";
import type { KeyUse, RunnerAccess } from "../policy/runner";
import { copyJobs, leavesAccount, type CopyJob } from "./jobs";
import { isRolledOut } from "./launch";
import type { Account, Place, Topology } from "./model";
import { homeKeyAlias, launchName, transitKeyAlias } from "./names";
import { sharedTransferOf, sharedTransfers } from "./shared-transfers";

/** The customer managed key under which every copy in a place ends. */
export function homeKey(topology: Topology, place: Place): KeyReference {
  return { account: place.account.id, region: place.region, alias: homeKeyAlias(topology.name) };
}

/** The customer managed key under which transit copies leave a place. */
export function transitKey(topology: Topology, place: Place): KeyReference {
  return { account: place.account.id, region: place.region, alias: transitKeyAlias(topology.name) };
}

/**
 * Every key of the foundation, each once: a home key per destination, a transit key per place that other accounts copy
 * from, which is a source or where a shared transfer arrives. What a key was once let into stays so.
 */
export const keyDeclarations = derived((topology: Topology): readonly KeyDeclaration[] => {
  const keys = plainDeclarations(topology);
  const defaults = defaultKeys(topology, keys);
  return keys.map((key) => {
    const former = topology.formerUses?.[keyReferenceId(key)];
    return {
      ...key,
      ...(former?.launches === true ? { launches: true } : {}),
      ...(defaults.has(key) || former?.ebsDefault === true ? { ebsDefault: true } : {}),
    };
  });
});

/** The `keyReferenceId` of each key that is to be the EBS default key of its place. */
export function ebsDefaultKeys(topology: Topology): ReadonlySet<string> {
  return new Set([...defaultKeys(topology, plainDeclarations(topology))].map(keyReferenceId));
}

function plainDeclarations(topology: Topology): readonly KeyDeclaration[] {
  const jobs = copyJobs(topology);
  const leaving = jobs.filter(leavesAccount);
  const homes = groupedBy(jobs.map((job) => [homeKey(topology, job.to), job]));
  const transits = groupedBy(
    leaving.flatMap((job) => transitKeysOf(topology, job).map((key) => [key, job] as const)),
  );
  return [
    ...homes.map(([key, here]): KeyDeclaration => ({
      ...key,
      partition: topology.partition,
      purpose: "home",
      copiers: [],
      launches: here.some((job) => job.to.launch !== undefined),
    })),
    ...transits.map(([key, here]): KeyDeclaration => ({
      ...key,
      partition: topology.partition,
      purpose: "transit",
      copiers: uniqueBy(
        here.map((job) => ({ account: job.to.account.id, runnerRole: job.to.account.runnerRole })),
        (copier) => copier.account,
      ),
      launches: false,
    })),
  ];
}

/**
 * The keys that are EBS default keys: one in each Region of an account that asks for it, the transit key before the home
 * key, because what is made under it can leave without another copy.
 */
function defaultKeys(topology: Topology, keys: readonly KeyDeclaration[]): ReadonlySet<KeyDeclaration> {
  const asking = new Set(topology.accounts.filter(({ ebsDefaults }) => ebsDefaults).map(({ id }) => id));
  const placeOf = ({ account, region }: KeyDeclaration) => `${account} ${region}`;
  const chosen = new Map<string, KeyDeclaration>();
  for (const key of keys.filter(({ account }) => asking.has(account))) {
    if (key.purpose === "transit" || !chosen.has(placeOf(key))) chosen.set(placeOf(key), key);
  }
  return new Set(chosen.values());
}

/** What the runner role of an account must be able to do, over all copy jobs that touch the account. */
export function runnerAccess(topology: Topology, account: Account): RunnerAccess {
  return accessesOf(topology)(account);
}

const accessesOf = derived((topology: Topology) =>
  derived((account: Account) => accessOf(topology, account)),
);

function accessOf(topology: Topology, account: Account): RunnerAccess {
  const jobs = copyJobs(topology);
  const receiving = jobs.filter((job) => job.to.account.id === account.id);
  const sending = jobs.filter((job) => job.rule.from.account.id === account.id);
  const leaving = sending.filter(leavesAccount);
  const carried = sharedTransfers(topology).filter(({ place }) => place.account.id === account.id);
  const transitRegions = [
    ...leaving.map((job) => job.rule.from.region),
    ...carried.map(({ place }) => place.region),
  ];
  return {
    topology: topology.name,
    partition: topology.partition,
    account: account.id,
    roleName: account.runnerRole,
    operatorAccount: topology.operator.id,
    ...(account.externalId === undefined ? {} : { externalId: account.externalId }),
    keys: uniqueBy(
      [
        ...receiving.flatMap((job) => receiverUses(topology, job)),
        ...leaving.flatMap((job) => senderUses(topology, job)),
      ],
      (use) => `${use.as} ${keyReferenceId(use.key)}`,
    ),
    copiesInto: sorted([...receiving.map((job) => job.to.region), ...transitRegions]),
    copiesFrom: sorted([
      ...[...receiving, ...leaving].map((job) => job.rule.from.region),
      ...receiving.flatMap((job) => sharedTransferOf(topology, job)?.place.region ?? []),
    ]),
    bookkeepsIn: sorted(sending.map((job) => job.rule.from.region)),
    sharesIn: sorted(transitRegions),
    sharesWith: sorted(leaving.map((job) => job.to.account.id)),
    finishesIn: sorted(receiving.map((job) => job.to.region)),
    protectsIn: sorted(
      receiving.filter((job) => job.to.deregistrationProtection !== undefined).map((job) => job.to.region),
    ),
    retiresIn: sorted(receiving.filter((job) => job.to.keep !== undefined).map((job) => job.to.region)),
    publishes: uniqueBy(
      receiving.flatMap((job) =>
        job.rule.publishTo === undefined ? [] : [{ region: job.to.region, parameter: job.rule.publishTo }],
      ),
      (published) => `${published.region} ${published.parameter}`,
    ),
    launches: receiving.some((job) => job.to.launch !== undefined),
    launchesIn: sorted(receiving.filter((job) => job.to.launch !== undefined).map((job) => job.to.region)),
    refreshes: receiving
      .filter((job) => isRolledOut(job.to.launch))
      .map((job) => ({ region: job.to.region, group: launchName(topology.name, job.rule.name) })),
  };
}

/**
 * The destination makes its copy under its home key: from a transit copy, or, at home, from the source's own keys or
 * from its own account's transit copy.
 */
function receiverUses(topology: Topology, job: CopyJob): KeyUse[] {
  const write: KeyUse = { key: homeKey(topology, job.to), as: "write" };
  return leavesAccount(job)
    ? [write, ...transitKeysOf(topology, job).map((key): KeyUse => ({ key, as: "read" }))]
    : [write, ...sourceKeys(job)];
}

/** The source makes the transit copies under the transit keys, from its own keys. */
function senderUses(topology: Topology, job: CopyJob): KeyUse[] {
  return [...transitKeysOf(topology, job).map((key): KeyUse => ({ key, as: "write" })), ...sourceKeys(job)];
}

/** The transit keys under which a job that leaves its account may read, whichever way its image needs. */
function transitKeysOf(topology: Topology, job: CopyJob): readonly KeyReference[] {
  const shared = sharedTransferOf(topology, job);
  return [job.rule.from, ...(shared === undefined ? [] : [shared.place])].map((place) =>
    transitKey(topology, place),
  );
}

function sourceKeys(job: CopyJob): KeyUse[] {
  const { account, region, keys } = job.rule.from;
  return keys.map((alias) => ({ key: { account: account.id, region, alias }, as: "read" }));
}

/** The jobs of each key, in the order in which the keys come first. */
function groupedBy(
  pairs: readonly (readonly [KeyReference, CopyJob])[],
): readonly (readonly [KeyReference, readonly CopyJob[]])[] {
  const groups = new Map<string, [KeyReference, CopyJob[]]>();
  for (const [key, job] of pairs) {
    const id = keyReferenceId(key);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [key, [job]]);
    else group[1].push(job);
  }
  return [...groups.values()];
}

function uniqueBy<T>(items: readonly T[], identity: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [identity(item), item])).values()];
}

function sorted(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}
