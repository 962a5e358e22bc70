import { LINEAGE_TAGS, type CopyNode, type Place } from "../../../topology";
import type { DbSnapshotView, Looks, SharedThing } from "../../../scripts/aws";
import { concurrently } from "../../../scripts/engine/concurrently";
import type { ReadContext } from "../../../scripts/engine/context";
import type { ClaimedCopies } from "../../../scripts/engine/copy";
import { copyFilters } from "../../../scripts/engine/lineage";
import { unlessClosed } from "../../../scripts/engine/unless-closed";
import type { HeldCopies, SharedResource, Site } from "../../kind";
import { DB_SNAPSHOT_LINEAGE } from "../declare/lineage";
import { toCopy, type DatabaseCopy } from "./database-copy";
import { proofOf } from "./lineage-proof";
import { manualSnapshots } from "./look";
import { sharedDatabase } from "./sharing";

const isOurs = (snapshot: DbSnapshotView) => proofOf(snapshot) === "ours";

/** Finds a node's copies by their tags, and separates copies that runs created from snapshots that only have the tags. */
export async function claimedCopies(
  { aws, topology }: Pick<ReadContext, "aws" | "topology">,
  node: CopyNode,
  sourceId?: string,
): Promise<ClaimedCopies<DatabaseCopy>> {
  const wanted = Object.entries(copyFilters(topology, node, sourceId));
  const found = (await manualSnapshots(aws, node.place)).filter(({ tags }) =>
    wanted.every(([name, values]) => values.includes(tags[name.slice("tag:".length)] ?? "")),
  );
  return {
    ours: found.filter(isOurs).map(toCopy),
    others: found.filter((snapshot) => !isOurs(snapshot)).map(toCopy),
    unproved: [],
  };
}

/** Snapshots with a topology's tags. */
export async function heldIn(aws: Looks, place: Place, topology: string): Promise<HeldCopies<DatabaseCopy>> {
  const snapshots = (await manualSnapshots(aws, place)).filter(isCopyOf(topology));
  return {
    copies: snapshots.map((snapshot) => ({ copy: toCopy(snapshot), proof: proofOf(snapshot) })),
    parts: [],
  };
}

function isCopyOf(topology: string) {
  return ({ tags }: DbSnapshotView) =>
    tags[LINEAGE_TAGS.topology] === topology && DB_SNAPSHOT_LINEAGE.source in tags;
}

/** Snapshots with a record of shares. @param sharers suffix of the tag keys, with `*` */
export async function recordedShares(
  aws: Looks,
  place: Place,
  sharers: string,
): Promise<readonly SharedResource[]> {
  const words = `${LINEAGE_TAGS.sharedWith}${sharers}`.split("*").map(escaped);
  const key = new RegExp(`^${words.join(".*")}$`);
  const found = await manualSnapshots(aws, place);
  return found
    .filter(({ tags }) => Object.keys(tags).some((name) => key.test(name)))
    .map(({ arn, tags }) => sharedDatabase(aws.databases(place), arn, tags));
}

/** Manual snapshots that are shared with an account (12 digits); RDS cannot list snapshots by recipient. */
export async function sharedWith({ aws, place }: Site, account: string): Promise<readonly SharedThing[]> {
  const port = aws.databases(place);
  const found = await concurrently(await manualSnapshots(aws, place), async (view) => ({
    view,
    accounts: await port.sharedAccounts(view.arn),
  }));
  return found
    .filter(({ accounts }) => accounts.includes(account))
    .map(({ view }): SharedThing => ({ kind: "db-snapshot", id: view.arn, view }));
}

/** Snapshots that existing copies name in their tags. */
export async function carriedEarlier(
  topology: string,
  things: readonly SharedThing[],
  _here: Site,
  everywhere: readonly Site[],
): Promise<ReadonlySet<string>> {
  const ids = new Set(things.map(({ id }) => id));
  const copies = await concurrently(everywhere, ({ aws, place }) =>
    unlessClosed(() => manualSnapshots(aws, place)),
  );
  const sources = copies
    .flat()
    .filter(isCopyOf(topology))
    .filter(isOurs)
    .flatMap(({ tags }) => tags[DB_SNAPSHOT_LINEAGE.source] ?? []);
  return new Set(sources.filter((id) => ids.has(id)));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
