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

/** A resource of Keyferry and its place, before it is checked whether the topology explains it. */
interface Holding extends Omit<OutsideItem, "because" | "account" | "region"> {
  /** Name of the rule that it was made for; undefined if it is not known. */
  readonly rule?: string;
  /** For a snapshot: whether it belonged to a final copy. */
  readonly isFinal?: boolean;
  /** The accounts of a share; 12 digits each. */
  readonly accounts?: readonly string[];
}

/**
 * Finds what exists outside the topology: copies, published parameters and shares of rules and destinations that were
 * removed from it. Places of the topology are read as the runner role, places that only the lock file has as the
 * deploy role, because the runner role no longer exists there or has no permission. If only some copy jobs are read, nothing
 * is outside their places. Reads only.
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
  // Read separately: a role that may not list parameters may still see copies.
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
    // More than one kind reads the shares of a snapshot.
    items: uniqueBy(
      seen.flatMap(({ items }) => items),
      (item) => JSON.stringify(item),
    ),
    // A key that KMS has deleted is not reported.
    keys: keys.filter(
      ({ state, found, unseen: dark }) => state !== "deleted" || found !== undefined || dark.length > 0,
    ),
    unseen: [...new Map(unseen.map((each) => [JSON.stringify(each), each])).values()],
  };
}

/** Images and snapshots that have the topology's lineage tags, and what the topology shares. */
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

/** The accounts with which an image or snapshot is shared, from each rule's record. */
function sharesOf(
  topology: Topology,
  id: string,
  tags: Readonly<Record<string, string>>,
): readonly Holding[] {
  const sharers = new Set<Sharer>();
  ownRecord(tags, (sharer) => sharer.startsWith(`${topology.name}/`) && sharers.add(sharer) !== undefined);
  return [...sharers].flatMap((sharer): Holding[] => {
    const { accounts, bearers } = ownRecord(tags, (other) => other === sharer);
    // A record that names another resource was copied from it with its tags.
    if (bearers.length > 0 && !bearers.includes(id)) return [];
    return [{ kind: "share", id, rule: ruleOfSharer(topology, sharer).rule, accounts }];
  });
}

/** Why something in a place of the topology is outside it; undefined if a rule explains it. */
function unexplained(topology: Topology, place: Place, holding: Holding): string | undefined {
  const { kind, id, accounts = [] } = holding;
  if (kind === "parameter") {
    const isPublished = arrivals(topology).some(
      ({ rule, to }) => rule.publishTo === id && placeId(to) === placeId(place),
    );
    return isPublished ? undefined : `the topology publishes nothing there as ${id}`;
  }
  const rule = topology.rules.find(({ name }) => name === holding.rule);
  if (rule === undefined) return `the topology has no rule ${holding.rule ?? "that explains it"} any more`;
  if (kind === "share") {
    const reached = rule.to.flatMap((to) => [to, ...(to.shares ?? [])]);
    const dropped = accounts.filter((account) => reached.every((to) => to.account.id !== account));
    return dropped.length === 0
      ? undefined
      : `it is shared with ${dropped.join(", ")}, which ${rule.name} no longer has as a destination`;
  }
  // Runs create and remove the transit copies of a rule of the topology.
  const wasToStay = kind === "copy" || holding.isFinal === true;
  return !wasToStay || goesTo(rule, place)
    ? undefined
    : `${place.account.name} ${place.region} is no longer a destination of ${rule.name}`;
}

/** Whether a rule of the topology makes final copies in a place. */
export function goesTo(rule: Rule, place: Place): boolean {
  return rule.to.some((to) => placeId(to) === placeId(place));
}
