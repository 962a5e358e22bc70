import { AMI_LINEAGE } from "../../kinds/ami/declare/lineage";
import { canonicalJson } from "@keyferry/common";
import type { Kind, SharedResource } from "../../kinds/kind";
import type { AwsAccess } from "../../scripts/aws";
import type { Clock } from "../../scripts/engine/clock";
import type { RunContext } from "../../scripts/engine/context";
import type { CopyView } from "../../scripts/engine/copy";
import { copyFilters, copyTags } from "../../scripts/engine/lineage";
import { placeId } from "../../scripts/engine/place-id";
import { sharedWithTags, sharerOf } from "../../scripts/engine/share-record";
import { LINEAGE_TAGS, type CopyNode, type Place } from "../../topology";
import { Bomb } from "../scripts/fake-aws/bomb";

/** A resource of a kind that AWS does not have: a crate, which has only tags. */
export interface Crate extends CopyView {
  readonly place: string;
  readonly keyArn: string;
  readonly parent?: string;
  readonly accounts: readonly string[];
}

const COPY_SECONDS = 60;

/** All crates of all accounts, in memory. */
export class CrateStore {
  readonly crates = new Map<string, Crate>();
  /** Kills the process that uses them. */
  bomb = new Bomb();
  private made = 0;
  private readonly tokens = new Map<string, string>();
  private readonly readyAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  add(crate: Omit<Crate, "id" | "creationDate" | "accounts">): Crate {
    this.made += 1;
    const id = `crate-${this.made}`;
    const made = { ...crate, id, creationDate: this.clock.now().toISOString(), accounts: [] };
    this.crates.set(id, made);
    return made;
  }

  /** The same token returns the same crate. */
  copy(token: string, crate: Omit<Crate, "id" | "creationDate" | "accounts" | "state">): string {
    return this.changing(() => {
      const known = this.tokens.get(token);
      if (known !== undefined) return known;
      const { id } = this.add({ ...crate, state: "pending" });
      this.tokens.set(token, id);
      this.readyAt.set(id, this.clock.now().getTime() + COPY_SECONDS * 1000);
      return id;
    });
  }

  in(place: Place): readonly Crate[] {
    this.bomb.alive();
    for (const [id, at] of this.readyAt) {
      const crate = this.crates.get(id);
      if (crate?.state === "pending" && at <= this.clock.now().getTime())
        this.change(id, { state: "available" });
    }
    return [...this.crates.values()].filter((crate) => crate.place === placeId(place));
  }

  update(id: string, change: Partial<Crate>): void {
    this.changing(() => this.change(id, change));
  }

  remove(id: string): void {
    this.changing(() => this.crates.delete(id));
  }

  private change(id: string, change: Partial<Crate>): void {
    const crate = this.crates.get(id);
    if (crate !== undefined) this.crates.set(id, { ...crate, ...change });
  }

  /** A process can be killed before and after each change. */
  private changing<T>(work: () => T): T {
    this.bomb.tick();
    const answer = work();
    this.bomb.tick();
    return answer;
  }
}

/** A kind without ports, checks, snapshots or attributes: only the parts that the engine itself needs. */
export function toyKind(store: () => CrateStore): Kind<Crate> {
  const isClaimed = (node: CopyNode, topology: RunContext["topology"], source?: string) => (crate: Crate) =>
    Object.entries(copyFilters(topology, node, source)).every(([filter, [value]]) => {
      return crate.tags[filter.replace(/^tag:/, "")] === value;
    });
  const proofOf = ({ parent, tags }: Crate) =>
    parent !== undefined && parent === tags[AMI_LINEAGE.parent] ? ("ours" as const) : ("others" as const);
  const fateOf = ({ state }: Crate) => (state === "available" ? ("available" as const) : undefined);
  const shared = ({ id, tags }: Pick<Crate, "id" | "tags">): SharedResource => ({
    id,
    tags,
    accountsNow: async () => store().crates.get(id)?.accounts ?? [],
    change: async (change, accounts) => {
      const now = store().crates.get(id)?.accounts ?? [];
      const rest = now.filter((account) => !accounts.includes(account));
      store().update(id, { accounts: change === "add" ? [...rest, ...accounts] : rest });
    },
  });
  const retag = (id: string, change: (tags: Crate["tags"]) => Crate["tags"]) => {
    const tags = store().crates.get(id)?.tags;
    if (tags !== undefined) store().update(id, { tags: change(tags) });
  };
  return {
    name: "toy" as Kind["name"],
    resolveSource: async (_, { from }, pinnedId) =>
      store()
        .in(from)
        .findLast(({ id, tags }) => (pinnedId ?? id) === id && !(LINEAGE_TAGS.node in tags)),
    checkSource: async () => [],
    checkTargets: async () => [],
    checkReceiver: async () => [],
    tryCopy: async () => undefined,
    adds: () => ({ images: 0, snapshots: 0 }),
    sharedWith: async () => [],
    carriedEarlier: async () => new Set(),
    readSource: async (_, __, { id, name, keyArn }) => ({
      id: id,
      name,
      // Under a key that cannot be shared, so that a transit copy is needed.
      snapshots: [
        { snapshotId: id, deviceName: "", sizeGiB: 1, key: { arn: keyArn, manager: "AWS", aliases: [] } },
      ],
    }),
    fateOf,
    watcher: (_: AwsAccess, place) => ({
      look: async (ids) =>
        new Map(
          store()
            .in(place)
            .filter(({ id }) => ids.includes(id))
            .map((copy) => {
              const fate = fateOf(copy);
              const seen = { copy, snapshots: [], progress: { state: copy.state, percent: 50 } };
              return [copy.id, fate === undefined ? seen : { ...seen, fate }];
            }),
        ),
    }),
    byIds: async (_, place, ids) =>
      store()
        .in(place)
        .filter(({ id }) => ids.includes(id)),
    claimedCopies: async ({ topology }, node, source) => {
      const claimed = store()
        .in(node.place)
        .filter(isClaimed(node, topology, source));
      const ours = claimed.filter((crate) => proofOf(crate) === "ours");
      return { ours, others: claimed.filter((crate) => !ours.includes(crate)), unproved: [] };
    },
    proofOf,
    snapshotsByIds: async () => [],
    isOursShared: () => false,
    whyNotOurs: () => "no run has made it",
    heldIn: async (_, place, topology) => ({
      copies: store()
        .in(place)
        .filter(({ tags }) => tags[LINEAGE_TAGS.topology] === topology)
        .map((copy) => ({ copy, proof: proofOf(copy) })),
      parts: [],
    }),
    recordedShares: async (_, place) => store().in(place).map(shared),
    start: async (context, node, origin, keyArn, attempt) => {
      context.emit({ code: "CopyStarting", node: node.id, fromImageId: origin.id, attempt: attempt.number });
      const tags = {
        ...copyTags(
          context.topology,
          node,
          { sourceId: origin.sourceId, parentId: origin.id },
          attempt.number,
        ),
        ...sharedWithTags(sharerOf(context.topology, node.rule), origin.shareWith ?? []),
      };
      const request = { name: node.copyName, tags, keyArn, place: placeId(node.place), parent: origin.id };
      const id = store().copy(canonicalJson({ request, attempt }), request);
      context.emit({
        code: "CopyStarted",
        node: node.id,
        imageId: id,
        fromImageId: origin.id,
        origin: origin.sourceId,
        attempt: attempt.number,
      });
      return id;
    },
    isTooManyAtOnce: () => false,
    isNotYetShared: () => false,
    deathReason: async () => undefined,
    examine: async (_, node, __, id, keyArn) => {
      const copy = store()
        .in(node.place)
        .find((crate) => crate.id === id);
      if (copy === undefined) return { changes: [], differences: [`${id} does not exist`] };
      const differences = copy.keyArn === keyArn ? [] : [`${id} is under ${copy.keyArn}`];
      return { shown: { copy, snapshots: [] }, changes: [], differences };
    },
    complete: async () => false,
    shareableOf: ({ id }) => ({ id, snapshotIds: [] }),
    sharing: () => ({
      resources: ({ id }) => [shared({ id, tags: {} })],
      tagsOf: async (resources) => resources.map(({ id }) => store().crates.get(id)?.tags),
      tag: async (ids, tags) => ids.forEach((id) => retag(id, (now) => ({ ...now, ...tags }))),
      untag: async (ids, keys) =>
        ids.forEach((id) =>
          retag(id, (now) => Object.fromEntries(Object.entries(now).filter(([key]) => !keys.includes(key)))),
        ),
    }),
    remove: async (_, __, { id }) => store().remove(id),
    removeRemains: async () => undefined,
    retire: async (_, __, { id }) => {
      store().remove(id);
      return [];
    },
    usersOf: async () => ({ of: new Map(), unclear: [] }),
    keptBy: () => [],
  };
}
