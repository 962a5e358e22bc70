import type { NodeId } from "../../topology/ids";
import { LINEAGE_TAGS, type CopyNode, type CopySource } from "../../topology";
import { kindOf } from "../../kinds/registry";
import { isAwsError, type DeployerAccess, type ImageView, type SnapshotView } from "../aws";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import { explainAwsAnswer } from "../engine/explain";
import { copyTags } from "../engine/lineage";
import { placeId } from "../engine/place-id";
import { findCopy } from "../steps/find-copy";
import { inspect, type RuleInspection } from "./preflight";

/** An image that was copied manually and that a run would copy again. */
export interface HandMadeCopy {
  /** Id of the node for which it becomes the copy. */
  readonly node: NodeId;
  readonly imageId: string;
  readonly name: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

export interface Adoption {
  /** Copies that later runs use, or would use if the command is not confirmed. */
  readonly copies: readonly HandMadeCopy[];
  /** Copies of a source that cannot be adopted, each with the reason. */
  readonly unfit: readonly (HandMadeCopy & { readonly because: readonly string[] })[];
  /** Whether the tags are set. */
  readonly done: boolean;
  /** Why a rule or a copy could not be read or tagged. */
  readonly refusals: readonly Refusal[];
}

interface Candidate extends HandMadeCopy {
  readonly copyNode: CopyNode;
  /** Ids of its snapshots, without those that an interrupted adoption has tagged already. */
  readonly untagged: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly because: readonly string[];
}

/**
 * Adopts images that were copied manually, so that runs do not copy them again: if a destination has no copy of the source that its
 * rule carries, an image gets the lineage tags if AWS records that source as its source, it matches the source, and it is under the
 * right key. Nothing else of it is changed: the next run completes and publishes it.
 * @param confirm called before anything is written
 */
export async function adoptCopies(
  context: ReadContext,
  deployer: Pick<DeployerAccess, "images">,
  confirm: (copies: readonly HandMadeCopy[]) => Promise<boolean>,
): Promise<Adoption> {
  const inspection = await inspect(context);
  const refusals: Refusal[] = [...inspection.refusals];
  const found = await concurrently(
    inspection.rules.filter(({ rule }) => rule.kind === "ami"),
    async (rule) => {
      if (rule.pinned !== undefined) {
        refusals.push({
          subject: rule.rule.name,
          what: "a run of the rule has not ended and may be making its copies",
          fix: "end it first: keyferry run",
        });
        return [];
      }
      return candidatesOf(context, rule, refusals);
    },
  );
  const all = found.flat();
  const unfit = all.filter(({ because }) => because.length > 0).map(shownUnfit);
  // One copy is enough: the others stay unchanged.
  const fitting = all.filter(({ because }) => because.length === 0);
  const fit = fitting.filter(({ node }, index) => fitting.findIndex((one) => one.node === node) === index);
  const done = fit.length > 0 && (await confirm(fit.map(shown)));
  const copies = done ? await tagged(deployer, fit, refusals) : fit;
  return { copies: copies.map(shown), unfit, done, refusals };
}

/** Images whose recorded source is the rule's, if the rule has no copy yet; the oldest first. */
async function candidatesOf(
  context: ReadContext,
  { graph, keyArns }: RuleInspection,
  refusals: Refusal[],
): Promise<readonly Candidate[]> {
  if (graph === undefined) return [];
  const kind = kindOf(graph.rule);
  // An image that was registered from copies of snapshots is proved by its name and snapshots, which a copied image lacks.
  const finals = graph.nodes.filter(({ role, registered }) => role === "final" && registered === undefined);
  const found = await concurrently(finals, async (node) => {
    try {
      const { living } = await findCopy(context, kind, node, graph.source.id, [], keyArns.get(node.id));
      if (living !== undefined) return [];
      const images = (await context.aws.images(node.place).describeImages({})).filter(
        ({ parentImageId, tags, id }) =>
          parentImageId === graph.source.id &&
          tags[LINEAGE_TAGS.topology] === undefined &&
          id !== graph.source.id,
      );
      const sorted = [...images].sort((a, b) => a.creationDate.localeCompare(b.creationDate));
      return await concurrently(sorted, (image) =>
        candidate(context, node, graph.source, image, keyArns.get(node.id)),
      );
    } catch (error) {
      if (!isAwsError(error)) throw error;
      refusals.push(refusalOf(node, error));
      return [];
    }
  });
  return found.flat();
}

/** Compares it with the source like verify does, as if it had the tags already. */
async function candidate(
  context: ReadContext,
  node: CopyNode,
  source: CopySource,
  image: ImageView,
  keyArn: string | undefined,
): Promise<Candidate> {
  const tags = lineageTags(context, node, source);
  const ids = image.volumes.map(({ snapshotId }) => snapshotId);
  const snapshots =
    ids.length === 0 ? [] : await context.aws.images(node.place).describeSnapshots({ "snapshot-id": ids });
  const withTags = <T extends ImageView | SnapshotView>(view: T): T => ({
    ...view,
    tags: { ...view.tags, ...tags },
  });
  const seen = { copy: withTags(image), snapshots: snapshots.map(withTags) };
  const { differences } = await kindOf(node.rule).examine(context, node, source, image.id, keyArn, seen);
  const hasAll = (one: SnapshotView) => Object.entries(tags).every(([key, value]) => one.tags[key] === value);
  const untagged = snapshots.filter((snapshot) => !hasAll(snapshot));
  const owned = untagged.filter((snapshot) => snapshot.tags[LINEAGE_TAGS.topology] !== undefined);
  return {
    copyNode: node,
    node: node.id,
    imageId: image.id,
    name: image.name,
    account: node.place.account.id,
    region: node.place.region,
    untagged: untagged.map(({ snapshotId }) => snapshotId),
    tags,
    because: [
      ...differences,
      ...owned.map(({ snapshotId }) => `its snapshot ${snapshotId} already belongs to a topology`),
    ],
  };
}

/** The tags by which runs recognise their copies, without the user's own tags: the next run sets those. */
function lineageTags(
  { topology }: ReadContext,
  node: CopyNode,
  source: CopySource,
): Readonly<Record<string, string>> {
  const all = copyTags(topology, node, { sourceId: source.id, parentId: source.id }, 1);
  return Object.fromEntries(Object.entries(all).filter(([key]) => key.startsWith("keyferry:")));
}

/** Tags the snapshots first, so that the snapshots of a tagged image are always tagged. @returns the images whose tags are set */
async function tagged(
  deployer: Pick<DeployerAccess, "images">,
  fit: readonly Candidate[],
  refusals: Refusal[],
): Promise<readonly Candidate[]> {
  const done = await concurrently(fit, async (one) => {
    const { copyNode, untagged, tags, imageId } = one;
    const images = deployer.images(copyNode.place);
    try {
      if (untagged.length > 0) await images.createTags(untagged, tags);
      await images.createTags([imageId], tags);
      return [one];
    } catch (error) {
      if (!isAwsError(error)) throw error;
      refusals.push(refusalOf(copyNode, error));
      return [];
    }
  });
  return done.flat();
}

function refusalOf({ place, id }: CopyNode, error: Parameters<typeof explainAwsAnswer>[0]): Refusal {
  const { reason, fixes, account = place.account.id } = explainAwsAnswer(error);
  const [fix] = fixes;
  return {
    subject: `${id} (${placeId(place)})`,
    what: reason,
    account,
    ...(fix === undefined ? {} : { fix }),
  };
}

function shown({ node, imageId, name, account, region }: HandMadeCopy): HandMadeCopy {
  return { node, imageId, name, account, region };
}

function shownUnfit(one: Candidate): Adoption["unfit"][number] {
  return { ...shown(one), because: one.because };
}
