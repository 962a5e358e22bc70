import {
  buildGraph,
  LINEAGE_TAGS,
  transitPlaces,
  type CopyNode,
  type ImageRule,
  type Place,
} from "../../topology";
import type { ImageView, SnapshotView } from "../aws";
import { ruleStateOf } from "../engine/rule-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext, StepContext } from "../engine/context";
import { readIntent, removeIntent, type Intent } from "../engine/intent";
import { isOurSnapshot, proofOf, whyNotOurs } from "../../kinds/ami/carry/lineage-proof";
import { uniquePlaces } from "../engine/place-id";
import { ami } from "../../kinds/ami/carry";
import { isDead } from "../../kinds/ami/carry/fate";
import { kindOf } from "../../kinds/registry";
import type { Refusal } from "../engine/errors";
import type { Kept, LeftoverKind } from "../engine/results";
import { ownRecord, sharersOf } from "../engine/share-record";
import { deleteSnapshot } from "../../kinds/ami/carry/remove-copy";
import { removeCopy } from "../steps/remove-copy";
import { sharingOf } from "../steps/sharing-of";
import { goesTo } from "./outside";
import { resolveSourceImage } from "../../kinds/ami/carry/resolve-source-image";
import { retirement, retireCopy } from "../steps/retire-copies";
import { sharedImage, sharedSnapshot } from "../../kinds/ami/carry/shared-resources";
import { withdrawRecorded } from "../steps/withdraw-share";

/** A leftover, and how it is removed. */
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
  /** What may use old copies and cannot be read. @default [] */
  readonly unclear?: readonly Refusal[];
}

type Tags = Readonly<Record<string, string>>;

/** What a place holds of the topology's copies. */
interface Holdings {
  readonly place: Place;
  readonly images: readonly ImageView[];
  readonly snapshots: readonly SnapshotView[];
}

/**
 * Everything of ours that nothing needs any more, of some rules on which no run works. Reads only. What an unfinished run
 * goes on with is no leftover; neither is a copy that something uses.
 * @param sparesDropped whether rules that the topology has dropped may still have a run at work
 */
export async function leftoversOf(
  context: ReadContext,
  rules: readonly ImageRule[],
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
  const [stale, holdings, shares, old] = await Promise.all([
    concurrently(rules, (rule) => staleIntent(context, rule, intents.get(rule.name))),
    concurrently(places, (place) => holdingsOf(context, place)),
    concurrently(uniquePlaces(rules.map(({ from }) => from)), (place) => staleShares(context, place)),
    concurrently(
      finalNodes(
        context,
        rules.filter(({ name }) => !isUnfinished(name)),
      ),
      (node) => oldCopies(context, node),
    ),
  ]);
  const names = new Set(rules.map(({ name }) => name));
  const known = new Set(context.topology.images.map(({ name }) => name));
  const isIdle = (rule: string) => names.has(rule) || (!known.has(rule) && !sparesDropped);
  const copies = holdings.flatMap((held) => copiesLeft(context, held, isIdle, isUnfinished));
  return {
    found: [
      ...stale.flat(),
      ...copies.flatMap(({ found }) => found),
      ...shares.flatMap(({ found }) => found),
      ...old.flatMap(({ found }) => found),
    ],
    kept: [...copies, ...shares, ...old].flatMap(({ kept }) => kept),
    unclear: old.flatMap(({ unclear = [] }) => unclear),
  };
}

/** An intent is resumed by the next run, unless its image is gone: then it only stands in the way. */
async function staleIntent(
  context: ReadContext,
  rule: ImageRule,
  intent: Intent | undefined,
): Promise<readonly Found[]> {
  if (intent === undefined) return [];
  if ((await resolveSourceImage(context, rule, intent.sourceImageId)) !== undefined) return [];
  const ruleState = ruleStateOf(context.topology, context.aws, rule);
  const because = `the run of ${intent.startedAt} carries ${intent.sourceImageId}, which is gone`;
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

async function holdingsOf(context: ReadContext, place: Place): Promise<Holdings> {
  const images = context.aws.images(place);
  const ours = { [`tag:${LINEAGE_TAGS.topology}`]: [context.topology.name] };
  const [found, snapshots] = await Promise.all([images.describeImages(ours), images.describeSnapshots(ours)]);
  return { place, images: found, snapshots };
}

const SNAPSHOT_NOT_OURS =
  "it carries the tags of a copy, but AWS does not say that it was made together with it: no run has made it";

/** Copies that failed, transit copies that have served, and snapshots whose image is gone. */
function copiesLeft(
  context: ReadContext,
  { place, images, snapshots }: Holdings,
  isIdle: (rule: string) => boolean,
  isUnfinished: (rule: string) => boolean,
): Search {
  const found: Found[] = [];
  const kept: Kept[] = [];
  const known = new Set(context.topology.images.map(({ name }) => name));
  const held = new Set(images.flatMap(({ volumes }) => volumes.map(({ snapshotId }) => snapshotId)));
  for (const image of images) {
    const rule = ruleOf(image.tags);
    const node = { id: image.tags[LINEAGE_TAGS.node] ?? "", place };
    const isTransit = image.tags[LINEAGE_TAGS.role] === "transit";
    if (!isIdle(rule) || !(isDead(image) || isTransit)) continue;
    if (proofOf(image) !== "ours") kept.push(notOurs(place, image.id, whyNotOurs(image)));
    else if (isDead(image)) {
      const because = `it is ${image.state}${image.stateReason === undefined ? "" : `: ${image.stateReason}`}`;
      const remove = (step: StepContext) => removeCopy(step, ami, node, image, "failed");
      found.push({ kind: "failed-copy", id: image.id, place, because, remove });
    } else if (isUnfinished(rule)) kept.push(keptOf(place, image.id, [`the unfinished run of ${rule}`]));
    else {
      const because = known.has(rule) ? "no run works with it" : `the topology has no image ${rule}`;
      const remove = (step: StepContext) => removeCopy(step, ami, node, image, "transit");
      found.push({ kind: "transit-copy", id: image.id, place, because, remove });
    }
  }
  for (const snapshot of snapshots) {
    const { snapshotId, tags } = snapshot;
    const rule = ruleOf(tags);
    if (held.has(snapshotId) || !isIdle(rule) || isUnfinished(rule)) continue;
    if (tags[LINEAGE_TAGS.role] === "final" && !isExpected(context, rule, place)) continue;
    if (!isOurSnapshot(snapshot, place.region)) {
      kept.push(notOurs(place, snapshotId, SNAPSHOT_NOT_OURS));
      continue;
    }
    const remove = (step: StepContext) => deleteSnapshot(step, step.aws.images(place), snapshotId);
    found.push({ kind: "snapshot", id: snapshotId, place, because: "its image is gone", remove });
  }
  return { found, kept };
}

/** Whether the topology makes copies in a place that are to stay; what was to stay outside it is never removed. */
function isExpected({ topology }: ReadContext, rule: string, place: Place): boolean {
  const found = topology.images.find(({ name }) => name === rule);
  return found !== undefined && goesTo(found, place);
}

/**
 * Source images and snapshots that our tags say are still shared by the topology. Transit copies are shared as long as
 * they exist, and go as a whole. A record that names another resource was copied from there with its tags.
 */
export async function staleShares(context: ReadContext, place: Place): Promise<Search> {
  const images = context.aws.images(place);
  const shared = { "tag-key": [`${LINEAGE_TAGS.sharedWith}*`] };
  const [ofImages, ofSnapshots] = await Promise.all([
    images.describeImages(shared),
    images.describeSnapshots(shared),
  ]);
  const isOwn = sharersOf(context.topology);
  const recorded = [
    ...ofImages.map(({ id: imageId, tags }) => sharedImage(images, imageId, tags)),
    ...ofSnapshots.map(({ snapshotId, tags }) => sharedSnapshot(images, snapshotId, tags)),
  ]
    .filter(({ tags }) => !(LINEAGE_TAGS.role in tags))
    .map((resource) => ({ resource, ...ownRecord(resource.tags, isOwn) }))
    .filter(({ keys }) => keys.length > 0);
  const isOurs = ({ resource: { id }, bearers }: (typeof recorded)[number]) => bearers.includes(id);
  return {
    found: recorded.filter(isOurs).map(({ resource, accounts }) => ({
      kind: "share",
      id: resource.id,
      place,
      because: `a run that has ended shared it with ${accounts.join(", ")}`,
      remove: (step) => withdrawRecorded(step, sharingOf(ami, place), [resource], isOwn),
    })),
    kept: recorded
      .filter((each) => !isOurs(each))
      .map(({ resource, bearers }) => notOurs(place, resource.id, whyNotRecorded(bearers))),
  };
}

/** Version 0.1 wrote no resource's id; the run that it left unfinished withdraws its shares when it is resumed. */
function whyNotRecorded(bearers: readonly string[]): string {
  return bearers.length === 0
    ? "its record of shares does not name it: version 0.1 wrote it, or it was copied; run again, which withdraws what an unfinished run has shared"
    : `its record of shares is that of ${bearers.join(", ")}: it was copied from there with its tags`;
}

/** Copies beyond what a destination keeps, but for that of the image which the next run would carry. */
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
      because: `${node.destination?.keep} newer copies of ${node.rule.name} exist`,
      remove: (step) => retireCopy(step, kind, node, copy),
    })),
    kept: used.map(({ copy, by }) => keptOf(node.place, copy.id, by)),
  };
}

function keptOf({ account, region }: Place, id: string, by: readonly string[]): Kept {
  return { id, account: account.id, region, by };
}

/** What carries our tags, and no run has made or shared. */
function notOurs(place: Place, id: string, because: string): Kept {
  return { ...keptOf(place, id, []), because };
}

/** A node's id begins with the name of its rule. */
function ruleOf(tags: Tags): string {
  return (tags[LINEAGE_TAGS.node] ?? "").split("/")[0] ?? "";
}

function finalNodes({ topology }: ReadContext, rules: readonly ImageRule[]): readonly CopyNode[] {
  // Destinations do not depend on the source image, which may be gone.
  return rules
    .flatMap((rule) => buildGraph(topology, rule, { imageId: "", name: "", snapshots: [] }).nodes)
    .filter(({ role }) => role === "final");
}

function placesOf({ topology }: ReadContext, rules: readonly ImageRule[]): readonly Place[] {
  return uniquePlaces(rules.flatMap((rule) => [...rule.to, ...transitPlaces(topology, rule)]));
}
