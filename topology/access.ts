import { derived } from "@keyferry/common";
import { uniqueBy } from "../core/unique-by";
import { keyReferenceId, type KeyReference } from "../policy/document";
import { namedKeyReference } from "../policy/key-name";
import type { Copier, CopyService, KeyDeclaration } from "../policy/keys";
import { declaredKind } from "../kinds/declared";
import type { KeyUse, RunnerAccess } from "../policy/runner";
import { bucketKeyDeclarations } from "./buckets/access";
import { storedAccess } from "./image-buckets";
import { arrivals, copyJobs, isSharedOnWay, isStored, leavesAccount, shareJobs, type CopyJob } from "./jobs";
import { isRolledOut } from "./launch/launch";
import type { Account, Destination, Place, Rule, Topology } from "./model";
import { declaredGeneration, generationPurpose, type ReplaceableKey } from "./keys/copy-keys";
import { keyPlaceId } from "./lock/model";
import { keyAccess } from "./keys/named-key";
import { ownKey } from "./keys/own-keys";
import { generationAlias, homeKeyAlias, launchName, transitKeyAlias } from "./names";
import { registeredAccess, regionsCopiedFrom, volumeKeys } from "./registered-access";
import { sharedTransferOf, sharedTransfers } from "./shared-transfers";
import { isShared, sharedImagesKey, sourceKeyAliases } from "./shares";
import { wayOf } from "./ways";

/** The customer managed key that encrypts every final copy in a place. */
export function homeKey(topology: Topology, place: Place): KeyReference {
  return copyKey(place, "home", homeKeyAlias(topology.name));
}

/** The key of a final copy: the home key of its place, or the key under which its account shares images. */
export function endKey(topology: Topology, to: Destination): KeyReference {
  return to.shares === undefined ? homeKey(topology, to) : sharedImagesKey(topology, to);
}

/** The customer managed key of a place's transit copies. */
export function transitKey(topology: Topology, place: Place): KeyReference {
  return copyKey(place, "transit", transitKeyAlias(topology.name));
}

/** The account's own key if it names one, else the foundation's key. */
function copyKey({ account, region }: Place, purpose: ReplaceableKey, alias: string): KeyReference {
  return { account: account.id, region, alias: ownKey(account, region, purpose) ?? alias };
}

/**
 * Every key that the foundation creates for copies and buckets, each once: a home key for each destination, a transit key for each place that other accounts copy
 * from (a source or the destination of a shared transfer), and a key for the buckets of a place. Former uses of a key
 * stay allowed.
 */
export const keyDeclarations = derived((topology: Topology): readonly KeyDeclaration[] => {
  const keys = plainDeclarations(topology).filter((key) => !isOwnKey(topology, key));
  const defaults = defaultKeys(topology, keys);
  return keys.map((key) => {
    const former = topology.formerUses?.[declaredPlaceId(key)];
    return {
      ...key,
      ...(former?.launches === true ? { launches: true } : {}),
      ...(defaults.has(key) || former?.ebsDefault === true ? { ebsDefault: true } : {}),
    };
  });
});

/** Every existing key that copies use instead of a key of the foundation, with the accounts that use it. */
export const ownKeyDeclarations = derived((topology: Topology): readonly KeyDeclaration[] =>
  plainDeclarations(topology).filter((key) => isOwnKey(topology, key)),
);

function isOwnKey({ accounts }: Topology, { account, region, purpose }: KeyDeclaration): boolean {
  const owner = accounts.find(({ id }) => id === account);
  return owner !== undefined && ownKey(owner, region, purpose) !== undefined;
}

/** Every key of the section `keys` and every key under which images are shared, once for each Region, as declared. */
export const namedKeyDeclarations = derived(
  (topology: Topology): readonly Omit<KeyDeclaration, "purpose">[] =>
    topology.keys.flatMap((key) =>
      key.regions.map((region) => ({
        account: key.account.id,
        region,
        alias: generationAlias(topology.name, key.name, key.generation),
        partition: topology.partition,
        copiers: [],
        launches: false,
        ...keyAccess(key),
      })),
    ),
);

/** The place in the lock file of each key that becomes the EBS default key of its account and Region. */
export function ebsDefaultKeys(topology: Topology): ReadonlySet<string> {
  return new Set([...defaultKeys(topology, keyDeclarations(topology))].map(declaredPlaceId));
}

/** The name in the lock file of a declared key's place. */
export function declaredPlaceId({ account, region, purpose, generation = 1 }: KeyDeclaration): string {
  return keyPlaceId({ account, region, purpose: generationPurpose(purpose, generation) });
}

const plainDeclarations = derived((topology: Topology): readonly KeyDeclaration[] => {
  const jobs = copyJobs(topology);
  const homes = groupedByPlace(
    arrivals(topology)
      .filter(({ to }) => to.volumesUnder !== "source-key")
      .map((job) => [job.to, job]),
  );
  const transits = groupedByPlace(
    jobs
      .filter(isSharedOnWay)
      .flatMap((job) => transitPlacesOf(topology, job).map((place) => [place, job] as const)),
  );
  return [
    ...homes.map(([place, here]): KeyDeclaration => ({
      ...homeKey(topology, place),
      ...generationOf(place, "home"),
      partition: topology.partition,
      purpose: "home",
      copiers: [],
      launches: here.some(({ to }) => to.launch !== undefined || isShared(to)),
    })),
    ...transits.map(([place, here]): KeyDeclaration => ({
      ...transitKey(topology, place),
      ...generationOf(place, "transit"),
      partition: topology.partition,
      purpose: "transit",
      ...copiersOf(here),
      launches: false,
    })),
    ...bucketKeyDeclarations(topology),
  ];
});

/** The accounts that copy in some jobs, by the service that uses the key for them. */
function copiersOf(jobs: readonly CopyJob[]): Pick<KeyDeclaration, "copiers" | "databaseCopiers"> {
  const through = (service: CopyService): readonly Copier[] => {
    const accounts = jobs.filter((job) => keysThrough(job) === service).map(({ to }) => to.account);
    return uniqueBy([...new Set(accounts)], ({ id }) => id).map(({ id, runnerRole }) => ({
      account: id,
      runnerRole,
    }));
  };
  const databaseCopiers = through("rds");
  return { copiers: through("ec2"), ...(databaseCopiers.length === 0 ? {} : { databaseCopiers }) };
}

/** The service that uses keys for copies of a job. */
function keysThrough({ rule }: { readonly rule: Rule }): CopyService {
  return declaredKind(rule).keysThrough;
}

function generationOf({ account, region }: Place, name: ReplaceableKey): Pick<KeyDeclaration, "generation"> {
  const generation = declaredGeneration(account, region, name);
  return generation === 1 ? {} : { generation };
}

/**
 * The keys that are EBS default keys: one in each Region of an account with `ebsDefaults`. The transit key is preferred to the home
 * key, because images created under it can be shared without another copy.
 */
function defaultKeys(topology: Topology, keys: readonly KeyDeclaration[]): ReadonlySet<KeyDeclaration> {
  const asking = new Set(topology.accounts.filter(({ ebsDefaults }) => ebsDefaults).map(({ id }) => id));
  const placeOf = ({ account, region }: KeyDeclaration) => `${account} ${region}`;
  const chosen = new Map<string, KeyDeclaration>();
  const forVolumes = keys.filter(({ purpose }) => purpose !== "buckets");
  for (const key of forVolumes.filter(({ account }) => asking.has(account))) {
    if (key.purpose === "transit" || !chosen.has(placeOf(key))) chosen.set(placeOf(key), key);
  }
  return new Set(chosen.values());
}

/** The permissions that the runner role of an account needs for all copy jobs of the account. */
export function runnerAccess(topology: Topology, account: Account): RunnerAccess {
  return accessesOf(topology)(account);
}

const accessesOf = derived((topology: Topology) =>
  derived((account: Account): RunnerAccess => {
    const kinds = [...new Set(topology.rules.map(({ kind }) => kind))];
    const ofAll = accessOf(topology, account);
    const ofKind = kinds.map((kind) => [
      kind,
      kinds.length === 1 ? ofAll : accessOf(topology, account, (rule) => rule.kind === kind),
    ]);
    const services = [...new Set(topology.rules.map((rule) => keysThrough({ rule })))];
    const ofService = services.map((service) => [
      service,
      services.length === 1
        ? ofAll
        : accessOf(topology, account, (rule) => keysThrough({ rule }) === service),
    ]);
    return { ...ofAll, ofKind: Object.fromEntries(ofKind), ofService: Object.fromEntries(ofService) };
  }),
);

/** @param isMeant selects the rules to consider. @default - all */
function accessOf(
  topology: Topology,
  account: Account,
  isMeant: (rule: Rule) => boolean = () => true,
): RunnerAccess {
  const counts = ({ rule }: { readonly rule: Rule }) => isMeant(rule);
  const receiving = (jobsInto(topology).get(account.id) ?? []).filter(counts);
  const sending = (jobsFrom(topology).get(account.id) ?? []).filter(counts);
  const arriving = (arrivalsIn(topology).get(account.id) ?? []).filter(counts);
  const sharedHere = arriving.filter(({ to }) => isShared(to));
  const sharedFrom = shareJobs(topology).filter(
    (job) => job.rule.from.account.id === account.id && counts(job),
  );
  const leaving = sending.filter(isSharedOnWay);
  const stored = storedAccess(topology, account, counts);
  const carried = sharedTransfers(topology).filter(
    (transfer) => transfer.place.account.id === account.id && counts(transfer),
  );
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
        ...waysOf(topology, receiving).flatMap((job) => receiverUses(topology, job)),
        ...waysOf(topology, leaving).flatMap((job) => senderUses(topology, job)),
        ...waysOf(topology, sending.filter(isStored)).flatMap((job) => sourceKeys(topology, job)),
      ],
      ({ as, through = "", key }) => `${as} ${through} ${keyReferenceId(key)}`,
    ),
    copiesInto: sorted([...receiving.map((job) => job.to.region), ...transitRegions]),
    copiesFrom: regionsCopiedFrom(topology, receiving, leaving),
    origins: uniqueBy(
      [
        ...[...receiving, ...leaving].map((job) => (isStored(job) ? job.to : job.rule.from)),
        ...receiving.flatMap((job) => sharedTransferOf(topology, job)?.place ?? []),
      ].map(({ account: { id }, region }) => ({ account: id, region })),
      ({ account: id, region }) => `${id} ${region}`,
    ),
    bookkeepsIn: sorted(sending.map((job) => job.rule.from.region)),
    sharesIn: sorted(transitRegions),
    sharesWith: sorted(leaving.map((job) => job.to.account.id)),
    letsLaunchIn: sorted(sharedFrom.map((job) => job.to.region)),
    launchesSharedIn: sorted(sharedHere.map((job) => job.to.region)),
    launchKeys: uniqueBy(
      sharedHere.filter(({ to }) => to.volumesUnder !== "source-key").map(({ to }) => homeKey(topology, to)),
      keyReferenceId,
    ),
    finishesIn: sorted(receiving.map((job) => job.to.region)),
    protectsIn: sorted(
      receiving.filter((job) => job.to.deregistrationProtection !== undefined).map((job) => job.to.region),
    ),
    retiresIn: sorted(
      [...receiving, ...arriving].filter((job) => job.to.keep !== undefined).map((job) => job.to.region),
    ),
    publishes: uniqueBy(
      arriving.flatMap((job) =>
        job.rule.publishTo === undefined ? [] : [{ region: job.to.region, parameter: job.rule.publishTo }],
      ),
      (published) => `${published.region} ${published.parameter}`,
    ),
    ...(stored === undefined ? {} : { stored }),
    ...registeredAccess(topology, receiving, sending, leaving, transitRegions),
    launches: arriving.some((job) => job.to.launch !== undefined || launchesByAutoScaling(job.to)),
    launchesIn: sorted(arriving.filter((job) => job.to.launch !== undefined).map((job) => job.to.region)),
    refreshes: arriving
      .filter((job) => isRolledOut(job.to.launch))
      .map((job) => ({ region: job.to.region, group: launchName(topology.name, job.rule.name) })),
  };
}

const jobsInto = derived((topology: Topology) => groupedBy(copyJobs(topology), ({ to }) => to.account.id));

const arrivalsIn = derived((topology: Topology) => groupedBy(arrivals(topology), ({ to }) => to.account.id));

/** Whether the destination creates a grant for the role of EC2 Auto Scaling: a run makes sure that the role exists. */
function launchesByAutoScaling({ launchedBy }: Destination): boolean {
  return launchedBy?.services.includes("autoscaling.amazonaws.com") === true;
}

const jobsFrom = derived((topology: Topology) =>
  groupedBy(copyJobs(topology), ({ rule }) => rule.from.account.id),
);

/** One job for each group of jobs that use the same keys. */
function waysOf(topology: Topology, jobs: readonly CopyJob[]): readonly CopyJob[] {
  return uniqueBy(jobs, (job) => wayOf(topology, job));
}

/**
 * The destination makes its copy under its home key, or for sharing: from a transit copy; in the source's account, from the source's own keys or
 * from a transit copy; or from an image that it restored itself, under no key of another account.
 */
function receiverUses(topology: Topology, job: CopyJob): KeyUse[] {
  const keys = [endKey(topology, job.to), ...volumeKeys(topology, job.to)];
  const writes = keys.map((key): KeyUse => ({ key, as: "write", ...through(job) }));
  if (isStored(job)) return writes;
  return leavesAccount(job)
    ? [
        ...writes,
        ...transitKeysOf(topology, job).map((key): KeyUse => ({ key, as: "read", ...through(job) })),
      ]
    : [...writes, ...sourceKeys(topology, job)];
}

/** The source makes the transit copies under the transit keys, from its own keys. */
function senderUses(topology: Topology, job: CopyJob): KeyUse[] {
  return [
    ...transitKeysOf(topology, job).map((key): KeyUse => ({ key, as: "write", ...through(job) })),
    ...sourceKeys(topology, job),
  ];
}

/** The default service, EC2, is left out. */
function through(job: CopyJob): Pick<KeyUse, "through"> {
  const service = keysThrough(job);
  return service === "ec2" ? {} : { through: service };
}

/** The transit keys that a job into another account may read under, for every path that its image can take. */
function transitKeysOf(topology: Topology, job: CopyJob): readonly KeyReference[] {
  return transitPlacesOf(topology, job).map((place) => transitKey(topology, place));
}

function transitPlacesOf(topology: Topology, job: CopyJob): readonly Place[] {
  const shared = sharedTransferOf(topology, job);
  return shared === undefined ? [job.rule.from] : [job.rule.from, shared.place];
}

function sourceKeys(topology: Topology, job: CopyJob): KeyUse[] {
  const { rule } = job;
  const { account, region } = rule.from;
  return sourceKeyAliases(topology, rule).map((alias) => ({
    key: namedKeyReference(account.id, region, alias),
    as: "read",
    ...through(job),
  }));
}

/** The jobs of each place, in the order of the first job of each place. */
function groupedByPlace(
  pairs: readonly (readonly [Place, CopyJob])[],
): readonly (readonly [Place, readonly CopyJob[]])[] {
  const groups = groupedBy(pairs, ([place]) => placeId(place));
  return [...groups.values()].map((group) => [group[0][0], group.map(([, job]) => job)]);
}

function placeId({ account, region }: Place): string {
  return `${account.id} ${region}`;
}

/** Groups of items, in the order of the first item of each group. */
function groupedBy<T>(
  items: readonly T[],
  identity: (item: T) => string,
): ReadonlyMap<string, readonly [T, ...T[]]> {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const id = identity(item);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [item]);
    else group.push(item);
  }
  return groups;
}

function sorted(items: readonly string[]): readonly string[] {
  return [...new Set(items)].sort();
}
