import type { CopyGraph, CopyNode, SourceImage } from "../../../topology";
import type { ImageView } from "../../aws";
import type { ReadContext } from "../../engine/context";
import { isHeld, type Hold } from "../../engine/hold";
import type { JournalRecord } from "../../engine/journal";
import type { Action, PlannedCopy } from "../../engine/results";
import { changesOf } from "../../steps/changes";
import { findCopy } from "../../steps/find-copy";
import { changeTexts } from "../../steps/parity";
import { retirement } from "../../steps/retire-copies";
import { examineCopy } from "../../steps/verify-copy";

/** What stands of a node's copy, and what follows from that. */
export type Standing = Pick<
  PlannedCopy,
  "action" | "unknown" | "stands" | "sets" | "differences" | "retires" | "publishes" | "heldBackFor"
>;

/** Where nobody can look. @param reason AWS's words, or our own */
export function unknownStanding(reason: string): Standing {
  return { action: "unknown", unknown: oneLine(reason), sets: [], differences: [], retires: [] };
}

/** A reason of many lines in one. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/**
 * Looks at a node's copy, and at what is beside it.
 * @param keyArn of the key that it must be under; undefined: there is none, and no copy can be proved
 */
export async function standingOf(
  context: ReadContext,
  { source }: CopyGraph,
  node: CopyNode,
  keyArn: string | undefined,
  past: readonly JournalRecord[],
  hold: Hold | undefined,
): Promise<Standing> {
  const { living, dead } = await findCopy(context, node, source.imageId, past);
  const image = living ?? dead[0];
  const stands = image === undefined ? {} : { stands: { imageId: image.imageId, state: image.state } };
  const isFinal = node.role === "final";
  const publishes = isFinal ? await publishesOf(context, node, source.imageId, living?.imageId, hold) : {};
  const action = actionOf(node, living?.state, dead.length > 0);
  const examined =
    action === "verify" && living !== undefined
      ? await examine(context, node, source, living.imageId, keyArn ?? "")
      : { sets: [], differences: [] };
  return {
    action,
    ...stands,
    ...examined,
    retires: await retiredBy(context, node, source, living),
    ...publishes,
  };
}

/** What of a copy that stands would be set, and what cannot be. */
async function examine(
  context: ReadContext,
  node: CopyNode,
  source: SourceImage,
  imageId: string,
  keyArn: string,
): Promise<Pick<PlannedCopy, "sets" | "differences">> {
  const { proved, wrong } = await examineCopy(context, node, source, imageId, keyArn);
  const now = context.clock?.now() ?? new Date();
  const changes = proved === undefined ? [] : changesOf(node, source, proved, now);
  const settable = new Set(changeTexts(changes));
  return {
    sets: changes.map(({ resourceId, name, wanted, found, set }) => ({
      resourceId,
      what: set === undefined ? `tag ${name}` : name,
      wanted,
      ...(found === undefined ? {} : { found }),
    })),
    differences: wrong.filter((text) => !settable.has(text)),
  };
}

/** Older copies that go; a copy that is yet to be made counts among those that stay. */
async function retiredBy(
  context: ReadContext,
  node: CopyNode,
  source: SourceImage,
  living: ImageView | undefined,
): Promise<readonly string[]> {
  const { destination } = node;
  if (destination?.keep === undefined) return [];
  const keep = destination.keep - (living?.state === "available" ? 0 : 1);
  const { retired } = await retirement(
    context,
    { ...node, destination: { ...destination, keep } },
    source.imageId,
  );
  return retired.map(({ imageId }) => imageId);
}

function actionOf(node: CopyNode, livingState: string | undefined, hasDead: boolean): Action {
  if (livingState === undefined) return hasDead ? "copy-again" : "copy";
  if (livingState !== "available") return "wait";
  return node.role === "final" ? "verify" : "none";
}

async function publishesOf(
  context: ReadContext,
  node: CopyNode,
  sourceImageId: string,
  imageId: string | undefined,
  hold: Hold | undefined,
): Promise<Pick<PlannedCopy, "publishes" | "heldBackFor">> {
  const parameter = node.rule.publishTo;
  if (parameter === undefined) return {};
  if (isHeld(hold, node, sourceImageId)) return { heldBackFor: hold.showing };
  const shows = await context.aws.parameters(node.place).get(parameter);
  if (shows !== undefined && shows === imageId) return {};
  return { publishes: { parameter, ...(shows === undefined ? {} : { shows }) } };
}
