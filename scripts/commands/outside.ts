import { uniqueBy } from "../../core/unique-by";
import {
  arrivals,
  LINEAGE_TAGS,
  type Rule,
  type Place,
  type RememberedKey,
  type Topology,
} from "../../topology";
import { isAwsError, type Looks, type ParametersPort } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { parameterTags } from "../engine/lineage";
import { ofEveryKind } from "../steps/of-every-kind";
import { placeId } from "../engine/place-id";
import type { Outside, OutsideItem } from "../engine/results";
import { ownRecord, ruleOfSharer, type Sharer } from "../engine/share-record";
import { keysOf, placeOf, rememberedPlaces, type Foundation } from "./keys/foundation";
import { lookAtKey } from "./keys/list";
import { ruleStatePlaces } from "./stale-rule-states";

/** What of ours is where, before it is known whether the topology explains it. */
interface Holding extends Omit<OutsideItem, "because" | "account" | "region"> {
  /** Name of the rule that it was made for; undefined where nothing tells it. */
  readonly rule?: string;
  /** Of a snapshot: whether it belonged to a copy that was to stay. */
  readonly isFinal?: boolean;
  /** 12 digits; whom a share is with. */
  readonly accounts?: readonly string[];
}

/**
 * Finds what exists outside the topology: copies, published parameters and shares of rules and destinations that it has
 * dropped. Places of the topology are looked at as the runner role, places that only the lock file remembers as the
 * deploy role, because the runner role is gone there or may look no more. Where only some copy jobs are looked at, nothing is
 * outside their places. Reads only.
 */
export async function outsideTopology(context: ReadContext, foundation: Foundation): Promise<Outside> {
  const { topology, aws, only } = context;
  const inside = ruleStatePlaces(context);
  const known = new Set(inside.map(placeId));
  const places = [
    ...inside.map((place) => ({ place, ports: aws, isInside: true })),
    ...rememberedPlaces(foundation)
      .filter((place) => only === undefined && !known.has(placeId(place)))
      .map((place) => ({ place, ports: foundation.deployer, isInside: false })),
  ];
  // Two looks: a role that may not list parameters may still see copies.
  const looks = places.flatMap(({ place, ports, isInside }) => [
    { place, isInside, look: () => storedIn(topology, place, ports) },
    { place, isInside, look: () => publishedIn(topology, ports.parameters(place)) },
  ]);
  const seen = await concurrently(
    looks,
    async ({ place, isInside, look }): Promise<Omit<Outside, "keys">> => {
      const where = { account: place.account.id, region: place.region };
      try {
        const items = (await look()).flatMap((holding): OutsideItem[] => {
          const because = isInside
            ? unexplained(topology, place, holding)
            : `the topology no longer works in ${place.account.name} ${place.region}`;
          return because === undefined ? [] : [{ kind: holding.kind, id: holding.id, ...where, because }];
        });
        return { items, unseen: [] };
      } catch (error) {
        if (!isAwsError(error)) throw error;
        return { items: [], unseen: [{ ...where, reason: error.message }] };
      }
    },
  );
  const unseen = seen.flatMap((part) => part.unseen);
  const isLookedAt = (key: RememberedKey) =>
    only === undefined || known.has(placeId(placeOf(foundation, key)));
  const retired = keysOf(foundation).filter((key) => key.state !== "active" && isLookedAt(key));
  const keys = await concurrently(retired, (key) => lookAtKey(foundation, key));
  return {
    // What a snapshot is shared with is seen by more than one kind.
    items: uniqueBy(
      seen.flatMap(({ items }) => items),
      (item) => JSON.stringify(item),
    ),
    // A key that KMS has deleted is of no interest any more.
    keys: keys.filter(
      ({ state, found, unseen: dark }) => state !== "deleted" || found !== undefined || dark.length > 0,
    ),
    unseen: [...new Map(unseen.map((each) => [JSON.stringify(each), each])).values()],
  };
}

/** Images and snapshots that carry the topology's lineage tags, and what is shared by it. */
async function storedIn(topology: Topology, place: Place, ports: Looks): Promise<readonly Holding[]> {
  return ofEveryKind(topology, async (kind): Promise<readonly Holding[]> => {
    const [{ copies, parts }, shared] = await Promise.all([
      kind.heldIn(ports, place, topology.name),
      kind.recordedShares(ports, place, `:${topology.name}/*`),
    ]);
    return [
      ...copies
        .filter(
          ({ copy, proof }) => !["dead", "gone"].includes(kind.fateOf(copy) ?? "") && proof !== "others",
        )
        .map(({ copy: { id, tags } }): Holding => ({
          kind: tags[LINEAGE_TAGS.role] === "transit" ? "transit-copy" : "copy",
          id,
          ...ruleOf(tags),
        })),
      ...parts
        .filter(({ isHeld, isOurs }) => !isHeld && isOurs)
        .map(({ id, tags }): Holding => ({
          kind: "snapshot",
          id,
          ...ruleOf(tags),
          isFinal: tags[LINEAGE_TAGS.role] !== "transit",
        })),
      ...shared.flatMap(({ id, tags }) => sharesOf(topology, id, tags)),
    ];
  });
}

async function publishedIn(topology: Topology, parameters: ParametersPort): Promise<readonly Holding[]> {
  const names = await parameters.tagged(parameterTags(topology, "published"));
  return names.map((id) => ({ kind: "parameter", id }));
}

/** A node's id begins with the name of its rule: `web/final/prod/eu-central-1`. */
function ruleOf(tags: Readonly<Record<string, string>>): { readonly rule?: string } {
  const rule = tags[LINEAGE_TAGS.node]?.split("/")[0];
  return rule === undefined || rule === "" ? {} : { rule };
}

/** What each rule's record says that an image or snapshot is shared with. */
function sharesOf(
  topology: Topology,
  id: string,
  tags: Readonly<Record<string, string>>,
): readonly Holding[] {
  const sharers = new Set<Sharer>();
  ownRecord(tags, (sharer) => sharer.startsWith(`${topology.name}/`) && sharers.add(sharer) !== undefined);
  return [...sharers].flatMap((sharer): Holding[] => {
    const { accounts, bearers } = ownRecord(tags, (other) => other === sharer);
    // A record that names another resource was copied from there with its tags.
    if (bearers.length > 0 && !bearers.includes(id)) return [];
    return [{ kind: "share", id, rule: ruleOfSharer(topology, sharer).rule, accounts }];
  });
}

/** Why something in a place of the topology is outside it; undefined where a rule explains it. */
function unexplained(topology: Topology, place: Place, holding: Holding): string | undefined {
  const { kind, id, accounts = [] } = holding;
  if (kind === "parameter") {
    const isPublished = arrivals(topology).some(
      ({ rule, to }) => rule.publishTo === id && placeId(to) === placeId(place),
    );
    return isPublished ? undefined : `nothing of the topology is published there as ${id}`;
  }
  const rule = topology.rules.find(({ name }) => name === holding.rule);
  if (rule === undefined) return `the topology has no rule ${holding.rule ?? "that explains it"} any more`;
  if (kind === "share") {
    const reached = rule.to.flatMap((to) => [to, ...(to.shares ?? [])]);
    const dropped = accounts.filter((account) => reached.every((to) => to.account.id !== account));
    return dropped.length === 0
      ? undefined
      : `it is shared with ${dropped.join(", ")}, where ${rule.name} no longer goes`;
  }
  // Transit copies of a rule that the topology has come and go with its runs.
  const wasToStay = kind === "copy" || holding.isFinal === true;
  return !wasToStay || goesTo(rule, place)
    ? undefined
    : `${rule.name} no longer goes to ${place.account.name} ${place.region}`;
}

/** Whether a rule of the topology makes copies in a place that are to stay. */
export function goesTo(rule: Rule, place: Place): boolean {
  return rule.to.some((to) => placeId(to) === placeId(place));
}
