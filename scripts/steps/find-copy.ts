import type { CopyNode } from "../../topology";
import type { Kind } from "../../kinds/kind";
import type { ReadContext } from "../engine/context";
import type { CopyFate, CopyView } from "../engine/copy";
import type { JournalRecord } from "../engine/journal";
import { attemptOf } from "../engine/lineage";
import { startedCopies } from "../engine/started";
import { underFormerKeys } from "./former-copies";

/** The existing copies of a node. */
export interface FoundCopies {
  /** The copy to continue with: available or pending. */
  readonly living?: CopyView;
  /** How that copy ended. @default - it is in progress, or there is none */
  readonly fate?: CopyFate;
  /** Other copies of the same source: EC2 has no client token for snapshots, so there can be a second one (decision 23). */
  readonly spare: readonly CopyView[];
  /** Copies under a former key: another one is made under the current key, and they stay until they are removed. */
  readonly former: readonly CopyView[];
  /** Copies that failed and are still registered. */
  readonly dead: readonly CopyView[];
  /** Resources with the copy's tags that someone else made. */
  readonly others: readonly CopyView[];
  /** The highest attempt found. @default 0 - none */
  readonly lastAttempt: number;
}

/**
 * Finds a node's copy of one source image by its lineage tags, which AWS's own record of the copy must confirm. An
 * image in the journal is also looked up by its id, because AWS returns a new image by id earlier than by tag.
 * @param keyArn the key that the copy should have. @default - any
 */
export async function findCopy(
  context: ReadContext,
  kind: Kind,
  node: CopyNode,
  sourceImageId: string,
  past: readonly JournalRecord[] = [],
  keyArn?: string,
): Promise<FoundCopies> {
  const { ours, others } = await kind.claimedCopies(context, node, sourceImageId);
  const known = startedCopies(past, node.id, sourceImageId).filter(
    (id) => !ours.some((image) => image.id === id),
  );
  const byId = known.length === 0 ? [] : await kind.byIds(context, node.place, known);
  const found = [...ours, ...byId].flatMap((copy) => {
    const fate = kind.fateOf(copy);
    return fate === "gone" ? [] : [{ copy, fate }];
  });
  const standing = found.filter(({ fate }) => fate !== "dead").sort(availableFirst);
  const copies = standing.map(({ copy }) => copy);
  const formerIds = await underFormerKeys(context, kind, node, copies, keyArn);
  const [living, ...spare] = standing.filter(({ copy }) => !formerIds.has(copy.id));
  return {
    ...(living === undefined ? {} : { living: living.copy }),
    ...(living?.fate === undefined ? {} : { fate: living.fate }),
    spare: spare.map(({ copy }) => copy),
    former: copies.filter(({ id }) => formerIds.has(id)),
    dead: found.filter(({ fate }) => fate === "dead").map(({ copy }) => copy),
    others: others.filter((image) => !byId.some(({ id: imageId }) => imageId === image.id)),
    lastAttempt: Math.max(0, ...found.map(({ copy }) => attemptOf(copy.tags))),
  };
}

interface Found {
  readonly copy: CopyView;
  readonly fate: CopyFate | undefined;
}

/** For two copies of one source, the result is always the same. */
function availableFirst(a: Found, b: Found): number {
  return (
    Number(b.fate === "available") - Number(a.fate === "available") ||
    attemptOf(b.copy.tags) - attemptOf(a.copy.tags) ||
    a.copy.creationDate.localeCompare(b.copy.creationDate) ||
    a.copy.id.localeCompare(b.copy.id)
  );
}
