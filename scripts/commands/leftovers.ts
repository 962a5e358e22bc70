import { nodeIdIn } from "../../topology/ids";
import { uniqueBy } from "../../core/unique-by";
import {
  buildGraph,
  declaredKind,
  LINEAGE_TAGS,
  transitPlaces,
  type CopyNode,
  type Rule,
  type Place,
} from "../../topology";
import { ruleStateOf } from "../engine/rule-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext, StepContext } from "../engine/context";
import { readIntent, removeIntent, type Intent } from "../engine/intent";
import { uniquePlaces } from "../engine/place-id";
import type { HeldCopies, Kind, SharedResource } from "../../kinds/kind";
import { kindOf, kindsIn } from "../../kinds/registry";
import { ofEveryKind } from "../steps/of-every-kind";
import type { Refusal } from "../engine/errors";
import type { Kept, LeftoverKind } from "../engine/results";
import { journeySharersOf, ownRecord, ruleOfSharer, sharersOf, type Sharer } from "../engine/share-record";
import { removeCopy } from "../steps/remove-copy";
import { sharingOf } from "../steps/sharing-of";
import { goesTo } from "./outside";
import { retirement, retireCopy } from "../steps/retire-copies";
import { endedShare, launchersFrom, withdrawEnded } from "../steps/withdraw-images";
import { withdrawRecorded } from "../steps/withdraw-share";

/** A leftover, with the action that removes it. */
export interface Found {
  readonly kind: LeftoverKind;
  readonly id: string;
  readonly place: Place;
  readonly because: string;
  remove(context: StepContext): Promise<void>;
}

export interface Search {
  readonly found: readonly Found[];
  readonly kept: readonly Kept[];
  /** Possible users of old copies that cannot be read. @default [] */
  readonly unclear?: readonly Refusal[];
}

type Tags = Readonly<Record<string, string>>;

/** The topology's copies in a place. */
interface Holdings {
  readonly kind: Kind;
  readonly place: Place;
  readonly held: HeldCopies;
}

/**
 * Everything that Keyferry made for some rules and that is no longer needed; no run works on these rules. Reads only. What an
 * unfinished run continues with is not a leftover, and neither is a copy that is in use.
 * @param sparesDropped whether a run may still be working on rules that were removed from the topology
 */
export async function leftoversOf(
  context: ReadContext,
  rules: readonly Rule[],
  sparesDropped: boolean,
): Promise<Search> {
  const intents = new Map<string, Intent | undefined>(
    await concurrently(rules, async (rule) => {
      const intent = await readIntent(ruleStateOf(context.topology, context.aws, rule));
      return [rule.name, intent] as const;
    }),
  );
  const isUnfinished = (rule: string) => intents.get(rule) !== undefined;
  const places = placesOf(context, rules);
  const finished = rules.filter(({ name }) => !isUnfinished(name));
  const [stale, holdings, shares, stored, old] = await Promise.all([
    concurrently(rules, (rule) => staleIntent(context, rule, intents.get(rule.name))),
    concurrently(places, (place) => holdingsOf(context, place)),
    concurrently(uniquePlaces(rules.map(({ from }) => from)), (place) => staleShares(context, place)),
    concurrently(finished, (rule) => storedLeft(context, rule)),
    concurrently(finalNodes(context, finished), (node) => oldCopies(context, node)),
  ]);
  const names = new Set(rules.map(({ name }) => name));
  const known = new Set(context.topology.rules.map(({ name }) => name));
  const isIdle = (rule: string) => names.has(rule) || (!known.has(rule) && !sparesDropped);
  const copies = holdings.flat().flatMap((held) => copiesLeft(context, held, isIdle, isUnfinished));
  return {
    found: [
      ...stale.flat(),
      ...copies.flatMap(({ found }) => found),
      ...shares.flatMap(({ found }) => found),
      ...stored.flat(),
      ...old.flatMap(({ found }) => found),
    ],
    kept: [...copies, ...shares, ...old].flatMap(({ kept }) => kept),
    unclear: old.flatMap(({ unclear = [] }) => unclear),
  };
}

/** The next run resumes an intent, unless its image no longer exists: then the intent only blocks later runs. */
async function staleIntent(
  context: ReadContext,
  rule: Rule,
  intent: Intent | undefined,
): Promise<readonly Found[]> {
  if (intent === undefined) return [];
  const source = await kindOf(rule).resolveSource(context, rule, intent.sourceImageId);
  if (source !== undefined) return [];
  const ruleState = ruleStateOf(context.topology, context.aws, rule);
  const because = `the run of ${intent.startedAt} carries ${intent.sourceImageId}, which no longer exists`;
  return [
    {
      kind: "intent",
      id: ruleState.intent.name,
      place: rule.from,
      because,
      remove: () => removeIntent(ruleState),
    },
  ];
}

/** The runner roles have no permissions for a service of which the topology copies nothing. */
function holdingsOf({ aws, topology }: ReadContext, place: Place): Promise<readonly Holdings[]> {
  const services = new Set(topology.rules.map((rule) => declaredKind(rule).keysThrough));
  return ofEveryKind(topology, async (kind) =>
    services.has(declaredKind({ kind: kind.name }).keysThrough)
      ? [{ kind, place, held: await kind.heldIn(aws, place, topology.name) }]
      : [],
  );
}

const SNAPSHOT_NOT_OURS =
  "it has the tags of a copy, but AWS does not record that it was made together with that copy: no run made it";

/** Copies that failed, transit copies that are no longer needed, and snapshots whose image no longer exists. */
function copiesLeft(
  context: ReadContext,
  { kind, place, held }: Holdings,
  isIdle: (rule: string) => boolean,
  isUnfinished: (rule: string) => boolean,
): Search {
  const found: Found[] = [];
  const kept: Kept[] = [];
  const known = new Set(context.topology.rules.map(({ name }) => name));
  for (const { copy, proof } of held.copies) {
    const { id, state, stateReason, tags } = copy;
    const rule = ruleOf(tags);
    const nodeId = nodeIdIn(tags[LINEAGE_TAGS.node]);
    const isDead = kind.fateOf(copy) === "dead";
    if (!isIdle(rule) || !(isDead || tags[LINEAGE_TAGS.role] === "transit")) continue;
    if (proof !== "ours" || nodeId === undefined) {
      kept.push(notOurs(place, id, proof === "ours" ? NAMES_NO_COPY : kind.whyNotOurs(copy)));
      continue;
    }
    const node = { id: nodeId, place };
    if (isDead) {
      const because = `it is ${state}${stateReason === undefined ? "" : `: ${stateReason}`}`;
      const remove = (step: StepContext) => removeCopy(step, kind, node, copy, "failed");
      found.push({ kind: "failed-copy", id, place, because, remove });
    } else if (isUnfinished(rule)) kept.push(keptOf(place, id, [`the unfinished run of ${rule}`]));
    else {
      const because = known.has(rule) ? "no run uses it" : `the topology has no rule ${rule}`;
      const remove = (step: StepContext) => removeCopy(step, kind, node, copy, "transit");
      found.push({ kind: "transit-copy", id, place, because, remove });
    }
  }
  for (const { id, tags, isOurs, isHeld, remove } of held.parts) {
    const rule = ruleOf(tags);
    if (isHeld || !isIdle(rule) || isUnfinished(rule)) continue;
    if (tags[LINEAGE_TAGS.role] !== "transit" && !isExpected(context, rule, place)) continue;
    if (isOurs) found.push({ kind: "snapshot", id, place, because: "its image no longer exists", remove });
    else kept.push(notOurs(place, id, SNAPSHOT_NOT_OURS));
  }
  return { found, kept };
}

/** Whether the topology makes final copies in a place; final copies outside such places are never removed. */
function isExpected({ topology }: ReadContext, rule: string, place: Place): boolean {
  const found = topology.rules.find(({ name }) => name === rule);
  return found !== undefined && goesTo(found, place);
}

/**
 * Source images and snapshots that, according to their tags, are still shared by the topology. Transit copies are shared as long as
 * they exist, and are removed as a whole. A record that names another resource was copied from it with its tags.
 */
export async function staleShares(context: ReadContext, place: Place): Promise<Search> {
  const kinds = kindsIn(context.topology);
  const searches = await concurrently(kinds, (kind) => staleSharesOf(context, kind, place));
  // More than one kind reads the same snapshot.
  return {
    found: uniqueBy(
      searches.flatMap(({ found }) => found),
      ({ id }) => id,
    ),
    kept: uniqueBy(
      searches.flatMap(({ kept }) => kept),
      ({ id }) => id,
    ),
  };
}

async function staleSharesOf(context: ReadContext, kind: Kind, place: Place): Promise<Search> {
  const isOwn = journeySharersOf(context.topology);
  const all = await kind.recordedShares(context.aws, place, "*");
  const recorded = all
    .filter(({ tags }) => !(LINEAGE_TAGS.role in tags))
    .map((resource) => ({ resource, ...ownRecord(resource.tags, isOwn) }))
    .filter(({ keys }) => keys.length > 0);
  const isOurs = ({ resource: { id }, bearers }: (typeof recorded)[number]) => bearers.includes(id);
  return {
    found: [
      ...recorded.filter(isOurs).map(({ resource, accounts }): Found => ({
        kind: "share",
        id: resource.id,
        place,
        because: `a run that has ended shared it with ${accounts.join(", ")}`,
        remove: (step) => withdrawRecorded(step, sharingOf(kind, place), [resource], isOwn),
      })),
      ...all.flatMap((resource) => endedImageShares(context, kind, place, resource)),
    ],
    kept: recorded
      .filter((each) => !isOurs(each))
      .map(({ resource, bearers }) => notOurs(place, resource.id, whyNotRecorded(bearers))),
  };
}

/** Images that are shared for launching with accounts with which the topology does not share them any more. */
function endedImageShares(
  { topology }: ReadContext,
  kind: Kind,
  place: Place,
  resource: SharedResource,
): readonly Found[] {
  const sharers = new Set<Sharer>();
  ownRecord(resource.tags, (sharer) => {
    if (sharersOf(topology)(sharer) && ruleOfSharer(topology, sharer).lasts) sharers.add(sharer);
    return false;
  });
  return [...sharers].flatMap((sharer): Found[] => {
    const { rule } = ruleOfSharer(topology, sharer);
    const ended = endedShare(resource, sharer, launchersFrom(topology, rule, place));
    if (ended === undefined) return [];
    const because = `the topology does not share it with ${ended.ended.join(", ")} any more`;
    const remove = (step: StepContext) => withdrawEnded(step, kind, place, ended);
    return [{ kind: "share", id: resource.id, place, because, remove }];
  });
}

/** Version 0.1 did not write the resource's id; when its unfinished run is resumed, that run withdraws its shares. */
function whyNotRecorded(bearers: readonly string[]): string {
  return bearers.length === 0
    ? "its record of shares does not name it: version 0.1 wrote it, or it was copied; run again, which withdraws the shares of an unfinished run"
    : `its record of shares belongs to ${bearers.join(", ")}: it was copied from there with its tags`;
}

/** Objects and unfinished uploads of a rule that copies through S3. */
async function storedLeft(context: ReadContext, rule: Rule): Promise<readonly Found[]> {
  const nodes = nodesOf(context, rule);
  if (nodes.every(({ restored }) => restored === undefined)) return [];
  const things = (await kindOf(rule).throughS3?.things(context, nodes)) ?? [];
  return things.map(({ what, id, place, remove }) => ({
    kind: what,
    id,
    place,
    because: `no run of ${rule.name} uses it`,
    remove,
  }));
}

/** Copies beyond the number that a destination keeps, except the copy of the image that the next run would carry. */
async function oldCopies(context: ReadContext, node: CopyNode): Promise<Search> {
  const kind = kindOf(node.rule);
  const source = await kind.resolveSource(context, node.rule);
  const { retired, used, unclear } = await retirement(context, kind, node, source?.id);
  return {
    unclear,
    found: retired.map((copy) => ({
      kind: "old-copy",
      id: copy.id,
      place: node.place,
      because: `${node.destination?.keep} newer copies of ${node.rule.name} exist, or another one of the same source`,
      remove: (step) => retireCopy(step, kind, node, copy),
    })),
    kept: used.map(({ copy, by }) => keptOf(node.place, copy.id, by)),
  };
}

function keptOf({ account, region }: Place, id: string, by: readonly string[]): Kept {
  return { id, account: account.id, region, by };
}

/** Resources that have Keyferry's tags, and that no run made or shared. */
function notOurs(place: Place, id: string, because: string): Kept {
  return { ...keptOf(place, id, []), because };
}

const NAMES_NO_COPY = `its tag ${LINEAGE_TAGS.node} names no copy of a topology: the tag was changed`;

/** A node's id begins with the name of its rule. */
function ruleOf(tags: Tags): string {
  return (tags[LINEAGE_TAGS.node] ?? "").split("/")[0] ?? "";
}

function finalNodes(context: ReadContext, rules: readonly Rule[]): readonly CopyNode[] {
  return rules.flatMap((rule) => nodesOf(context, rule)).filter(({ role }) => role === "final");
}

/** Destinations, and what is restored there, do not depend on the source image, which may no longer exist. */
function nodesOf({ topology }: ReadContext, rule: Rule): readonly CopyNode[] {
  return buildGraph(topology, rule, { id: "", name: "", snapshots: [] }).nodes;
}

function placesOf({ topology }: ReadContext, rules: readonly Rule[]): readonly Place[] {
  return uniquePlaces(rules.flatMap((rule) => [...rule.to, ...transitPlaces(topology, rule)]));
}
