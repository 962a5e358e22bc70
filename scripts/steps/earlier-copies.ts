import type { CopyNode } from "../../topology";
import type { SnapshotView } from "../aws";
import type { CopyView } from "../engine/copy";
import type { ReadContext } from "../engine/context";
import { whyNotPublishable, type NotPublishable } from "../engine/published-parameter";
import { kindOf } from "../../kinds/registry";
import { keyOfEach } from "../../kinds/shared/key-of-each";
import { wrongKey } from "../../kinds/shared/wrong-key";

/** What a destination publishes, and what it could go back to. */
export interface PublishedCopies {
  /** What the parameter shows; undefined: there is none. */
  readonly shows?: string;
  /** Why the parameter must not be overwritten: it belongs to someone else. @default - it may be overwritten */
  readonly refused?: NotPublishable;
  /** The copy that it shows; undefined if that is not a copy of this node. */
  readonly current?: CopyView;
  /** Available copies that it showed before, the newest first. */
  readonly earlier: readonly CopyView[];
}

/** Reads the current and earlier values of a node's parameter whose copies still exist. Only verified copies are ever shown. */
export async function publishedCopies(
  context: ReadContext,
  node: CopyNode,
  parameter: string,
): Promise<PublishedCopies> {
  const kind = kindOf(node.rule);
  const parameters = context.aws.parameters(node.place);
  const [found, history, { ours }] = await Promise.all([
    parameters.lookAt(parameter),
    parameters.history(parameter),
    kind.claimedCopies(context, node),
  ]);
  const shows = found?.value;
  const refused =
    found === undefined
      ? undefined
      : whyNotPublishable(context.topology, node.rule, node.place, parameter, found);
  const current = ours.find(({ id: imageId }) => imageId === shows);
  const shown = new Set(history.map(({ value }) => value));
  const earlier = ours
    .filter((copy) => copy.id !== shows && kind.fateOf(copy) === "available" && shown.has(copy.id))
    .sort((a, b) => b.creationDate.localeCompare(a.creationDate));
  return {
    ...(shows === undefined ? {} : { shows }),
    ...(refused === undefined ? {} : { refused }),
    ...(current === undefined ? {} : { current }),
    earlier,
  };
}

/** Why an existing copy cannot be published: its state, and the keys of its snapshots. */
export async function unfitness(
  context: ReadContext,
  node: CopyNode,
  copy: CopyView,
): Promise<{
  readonly wrong: readonly string[];
  readonly snapshots: readonly SnapshotView[];
  /** Absent if there is no such key. */
  readonly keyArn?: string;
}> {
  const kind = kindOf(node.rule);
  const ids = kind.shareableOf(copy).snapshotIds;
  const [key, snapshots] = await Promise.all([
    context.aws.keys(node.place).describeKey(node.keyAlias),
    ids.length === 0 ? [] : kind.snapshotsByIds(context.aws, node.place, ids),
  ]);
  const keyOf = key === undefined ? undefined : await keyOfEach(context, node, key.arn);
  return {
    ...(key === undefined ? {} : { keyArn: key.arn }),
    snapshots,
    wrong: [
      ...(key?.state === "Enabled" ? [] : [`the key ${node.keyAlias} is ${key?.state ?? "missing"}`]),
      ...(kind.fateOf(copy) === "available" ? [] : [`${copy.id} is ${copy.state}`]),
      ...ids
        .filter((id) => !snapshots.some(({ snapshotId }) => snapshotId === id))
        .map((id) => `${id} no longer exists`),
      ...(keyOf === undefined ? [] : snapshots.flatMap((snapshot) => wrongKey(snapshot, keyOf(snapshot)))),
    ],
  };
}
