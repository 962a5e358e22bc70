import { roleArn } from "@keyferry/common";
import { uniqueBy } from "../../../core/unique-by";
import {
  copyJobs,
  copyKeyOf,
  finalNodeId,
  type Place,
  type RememberedKey,
  type Topology,
} from "../../../topology";
import type { KeyTrailPort, TrailExtract, TrailRecord, TrailWindow } from "../../aws";
import { concurrently } from "../../engine/concurrently";
import { placeId } from "../../engine/place-id";
import type { Audit, CopyUses, KeyUse } from "../../engine/results";
import { findKey, keyName, keysOf, placeOf, type Foundation } from "../keys/foundation";
import { purposeOf, type Attribution } from "./attribution";
import { Looker } from "./looker";
import { COPYING, madeCopy } from "./made-copies";
import { pairedUses } from "./paired-uses";
import { snapshotsOfCopies } from "./snapshots-of-copies";

/**
 * Which principals used the keys of copies, for which copy, and which for no copy: from the event histories of the accounts, read as
 * their deploy roles. Reads only. Reports what cannot be read.
 */
export async function audit(foundation: Foundation, window: TrailWindow): Promise<Audit> {
  const { topology, accounts } = foundation.locked;
  const looker = new Looker();
  const keys = keysOf(foundation).filter(({ purpose }) => copyKeyOf(purpose) !== undefined);
  const places = uniqueBy(
    keys.map((key) => placeOf(foundation, key)),
    placeId,
  );
  const [uses, copying, nodeOfSnapshot] = await Promise.all([
    concurrently(keys, (key) => usesOf(foundation, key, window, looker)),
    concurrently(places, (place) => copyingIn(foundation, place, window, looker)),
    looker.look(() => snapshotsOfCopies(foundation, places), new Map<string, string>()),
  ]);
  const known = {
    nodeOfSnapshot,
    unread: looker.unread,
    made: copying.flat().flatMap((record) => madeCopy(record, topology.name)),
    runnerRoles: new Set(
      accounts.map(({ account, partition }) => roleArn(partition, account.id, account.runnerRole)),
    ),
  };
  return {
    topology: topology.name,
    from: window.from.toISOString(),
    ...(window.until === undefined ? {} : { until: window.until.toISOString() }),
    ...byPurpose(topology, uses.flat(), known, looker),
    unseen: looker.unseen,
  };
}

/** The uses of one key, from the histories of its own account and of the accounts that may copy from it. */
async function usesOf(
  foundation: Foundation,
  key: RememberedKey,
  window: TrailWindow,
  looker: Looker,
): Promise<readonly KeyUse[]> {
  const { deployer, locked } = foundation;
  const home = placeOf(foundation, key);
  const found = await looker.look(() => findKey(deployer.keyLife(home), key), undefined);
  if (found === undefined) return [];
  const name = keyName(key);
  const others =
    copyKeyOf(key.purpose)?.name === "transit" ? locked.accounts.map(({ account }) => account) : [];
  const accounts = uniqueBy([home.account, ...others], ({ id }) => id);
  const records = await concurrently(accounts, (account) =>
    historyOf(foundation, { account, region: home.region }, name, looker, (trail) =>
      trail.ofKey(found.arn, window),
    ),
  );
  return pairedUses({ name, arn: found.arn }, records.flat());
}

/** The calls that copied into a place. */
async function copyingIn(
  foundation: Foundation,
  place: Place,
  window: TrailWindow,
  looker: Looker,
): Promise<readonly TrailRecord[]> {
  const records = await concurrently(COPYING, (operation) =>
    historyOf(foundation, place, operation, looker, (trail) => trail.ofOperation(operation, window)),
  );
  return records.flat();
}

async function historyOf(
  { deployer }: Foundation,
  place: Place,
  what: string,
  looker: Looker,
  read: (trail: KeyTrailPort) => Promise<TrailExtract>,
): Promise<readonly TrailRecord[]> {
  const { account, region } = place;
  const extract = await looker.look(() => read(deployer.keyTrail(place)), undefined, account.id);
  if (extract?.isCut === true) {
    looker.note(
      `the event history of ${account.id} ${region} has more events of ${what} than were read, so the oldest are missing: choose a shorter time with --since`,
    );
  }
  return extract?.records ?? [];
}

function byPurpose(
  topology: Topology,
  uses: readonly KeyUse[],
  known: Attribution,
  looker: Looker,
): Pick<Audit, "copies" | "launches" | "foreign" | "ok"> {
  const copies = new Map<string, CopyUses>(
    copyJobs(topology).map((job) => {
      const node = finalNodeId(job);
      return [node, { copies: [node], uses: [] }];
    }),
  );
  const launches: KeyUse[] = [];
  const foreign: KeyUse[] = [];
  for (const use of uses) {
    const purpose = purposeOf(use, known);
    if (purpose.for === "launch") launches.push(use);
    else if (purpose.for === "other") foreign.push(use);
    else if (purpose.for === "unknown")
      looker.note(
        `the principal that used ${use.key} in ${use.by.account} is recorded only in that account, whose event history could not be read`,
      );
    else {
      const nodes = [...purpose.nodes].sort();
      const before = copies.get(nodes.join(" "))?.uses ?? [];
      copies.set(nodes.join(" "), { copies: nodes, uses: [...before, use] });
    }
  }
  return { copies: [...copies.values()], launches, foreign, ok: foreign.length === 0 };
}
