import { keyReferenceId, type KeyReference } from "../policy/document";
import type { KeyDeclaration } from "../policy/keys";
import type { KeyUse, RunnerAccess } from "../policy/runner";
import { copyJobs, leavesAccount, type CopyJob } from "./jobs";
import type { Account, Place, Topology } from "./model";
import { homeKeyAlias, transitKeyAlias } from "./names";

/** The customer managed key under which every copy in a place ends. */
export function homeKey(topology: Topology, place: Place): KeyReference {
  return { account: place.account.id, region: place.region, alias: homeKeyAlias(topology.name) };
}

/** The customer managed key under which transit copies leave a place. */
export function transitKey(topology: Topology, place: Place): KeyReference {
  return { account: place.account.id, region: place.region, alias: transitKeyAlias(topology.name) };
}

/** Every key of the foundation, each once: a home key per destination, a transit key per source that others copy from. */
export function keyDeclarations(topology: Topology): readonly KeyDeclaration[] {
  const jobs = copyJobs(topology);
  const homes = groupedBy(jobs, (job) => homeKey(topology, job.to));
  const transits = groupedBy(jobs.filter(leavesAccount), (job) => transitKey(topology, job.rule.from));
  return [
    ...homes.map(([key, here]): KeyDeclaration => ({
      ...key,
      partition: topology.partition,
      purpose: "home",
      copiers: [],
      launches: here.some((job) => job.to.launch !== undefined),
    })),
    ...transits.map(([key, leaving]): KeyDeclaration => ({
      ...key,
      partition: topology.partition,
      purpose: "transit",
      copiers: uniqueBy(
        leaving.map((job) => ({ account: job.to.account.id, runnerRole: job.to.account.runnerRole })),
        (copier) => copier.account,
      ),
      launches: false,
    })),
  ];
}

/** What the runner role of an account must be able to do, over all copy jobs that touch the account. */
export function runnerAccess(topology: Topology, account: Account): RunnerAccess {
  const jobs = copyJobs(topology);
  const receiving = jobs.filter((job) => job.to.account.id === account.id);
  const sending = jobs.filter((job) => job.rule.from.account.id === account.id);
  const leaving = sending.filter(leavesAccount);
  const transitRegions = leaving.map((job) => job.rule.from.region);
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
    copiesFrom: sorted([...receiving.map((job) => job.rule.from.region), ...transitRegions]),
    bookkeepsIn: sorted(sending.map((job) => job.rule.from.region)),
    sharesIn: sorted(transitRegions),
    publishes: uniqueBy(
      receiving.flatMap((job) =>
        job.rule.publishTo === undefined ? [] : [{ region: job.to.region, parameter: job.rule.publishTo }],
      ),
      (published) => `${published.region} ${published.parameter}`,
    ),
    launches: receiving.some((job) => job.to.launch !== undefined),
  };
}

/** The destination makes its copy under its home key, from the transit copy or, at home, from the source's own keys. */
function receiverUses(topology: Topology, job: CopyJob): KeyUse[] {
  const write: KeyUse = { key: homeKey(topology, job.to), as: "write" };
  if (leavesAccount(job)) return [write, { key: transitKey(topology, job.rule.from), as: "read" }];
  return [write, ...sourceKeys(job)];
}

/** The source makes the transit copy under the transit key, from its own keys. */
function senderUses(topology: Topology, job: CopyJob): KeyUse[] {
  return [{ key: transitKey(topology, job.rule.from), as: "write" }, ...sourceKeys(job)];
}

function sourceKeys(job: CopyJob): KeyUse[] {
  const { account, region, keys } = job.rule.from;
  return keys.map((alias) => ({ key: { account: account.id, region, alias }, as: "read" }));
}

/** The jobs of each key, in the order in which the keys come first. */
function groupedBy(
  jobs: readonly CopyJob[],
  keyOf: (job: CopyJob) => KeyReference,
): readonly (readonly [KeyReference, readonly CopyJob[]])[] {
  const groups = new Map<string, [KeyReference, CopyJob[]]>();
  for (const job of jobs) {
    const key = keyOf(job);
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
