import { must } from "../../core/must";
import type { CopyGraph, CopyNode } from "../../topology";
import type { ImageView, SnapshotView } from "../aws";
import type { RunContext } from "../engine/context";
import { isInterrupted, type Refusal } from "../engine/errors";
import type { Task } from "../engine/graph-runner";
import { isHeld, type Hold } from "../engine/hold";
import { ownRecord, sharerOf } from "../engine/share-record";
import type { Slots } from "../engine/slots";
import { ensureServiceLinkedRole } from "../steps/ensure-service-linked-role";
import { claimedCopies } from "../steps/own-copies";
import { publish } from "../steps/publish";
import { removeAllTransit, removeTransit } from "../steps/remove-transit";
import { retireCopies } from "../steps/retire-copies";
import { shareCopy, shareTransit } from "../steps/share-copy";
import { completeAndVerifyCopy } from "../steps/verify-copy";
import { waitForCopy } from "../steps/wait-for-copy";
import { withdrawShare } from "../steps/withdraw-share";
import { makeCopy, type CopySource, type MadeCopy } from "./make-copy";
import type { Standing, Survey } from "./survey";

const RETIREMENT = "/retire";

/** Whether a task only retires old copies: its failure leaves nothing of the image undone. */
export function isRetirement(taskId: string): boolean {
  return taskId.endsWith(RETIREMENT);
}

/** A rule about to be run. */
export interface RuleToRun {
  readonly graph: CopyGraph;
  readonly image: ImageView;
  /** Node id -> ARN of the key under which its copy ends. */
  readonly keyArns: ReadonlyMap<string, string>;
  /** Id of the run that pinned the image: this one, or the one that it resumes. */
  readonly intent: string;
  /** Whether an earlier run was cut short. */
  readonly resumed: boolean;
  /** Whether an earlier run may have left something, even where this one does not go on from it. */
  readonly mayHaveLeft: boolean;
  /** Final copies that an unfinished run has meant, that are not there yet, and that are not selected now. */
  readonly awaited: readonly CopyNode[];
  /** A rollback that stands. */
  readonly hold?: Hold;
}

/** A final copy that stands, proved and published unless a rollback holds it back. */
export interface FinishedCopy {
  readonly node: CopyNode;
  readonly image: ImageView;
  readonly snapshots: readonly SnapshotView[];
  readonly keyArn: string;
  readonly attempt: number;
  readonly isHeldBack: boolean;
}

/**
 * The route `copy-image`: the image and its snapshots are shared with the destinations, which call CopyImage under
 * their own keys. A task for each copy; around the copies that others are made from, a task that shares before, and
 * one that withdraws once the last dependant has ended, well or badly. A transit copy is removed when all of its
 * dependants stand; otherwise it is kept for the next run, shared with nobody.
 * @param onUnclear hears of what may use old copies and cannot be read, by each copy anew
 */
export function copyImageTasks(
  context: RunContext,
  rule: RuleToRun,
  slots: Slots,
  stands: Survey,
  onFinished: (copy: FinishedCopy) => void,
  onUnclear: (use: Refusal) => void,
): readonly Task[] {
  const { graph, image } = rule;
  const source = graph.source;
  const made = new Map<string, MadeCopy>();
  const finished = new Set<string>();
  const finals = graph.nodes.filter((node) => node.role === "final");
  const transits = graph.nodes.filter((node) => node.role === "transit");
  const otherTransits = graph.leftOut.filter((node) => node.role === "transit");
  const unmade = finals.filter((node) => foundOf(node).living === undefined);
  const finalIds = finals.map((node) => node.id);
  const name = graph.rule.name;
  const sharer = sharerOf(context.topology, graph.rule);
  const recorded = new Map<string, Readonly<Record<string, string>>>();

  const sharesSource = graph.shareSourceWith.filter((account) => unmade.some((node) => isOf(node, account)));
  const mayBeShared = sharesSource.length > 0 || rule.mayHaveLeft || isRecorded(image);
  const shareSource = task(`${name}/share`, [], [], () =>
    shareCopy(context, graph.rule.from, image, sharesSource, sharer, recorded),
  );
  // Nothing is taken from under a copy that is under way, though it is not this run's.
  const underWay = rule.awaited.flatMap((node) => {
    const { living } = foundOf(node);
    return living?.state === "pending" ? [{ node, imageId: living.imageId, id: `${node.id}/wait` }] : [];
  });
  const waitsFor = (nodes: readonly CopyNode[]) =>
    underWay.filter(({ node }) => nodes.includes(node)).map(({ id }) => id);
  const neededTransits = transits.filter((transit) => dependants(transit, unmade).length > 0);
  return [
    ...launchAccounts(finals).map((account) => ({
      ...task(`service-linked-role/${account.name}`, [], [], () => ensureServiceLinkedRole(context, account)),
      shared: true,
    })),
    ...(sharesSource.length > 0 ? [shareSource] : []),
    ...neededTransits.flatMap((transit) => [
      task(transit.id, [], [], () => copy(transit)),
      task(`${transit.id}/share`, [transit.id], [], () => share(transit)),
    ]),
    ...finals.map((node) => task(node.id, before(node), [], () => finish(node))),
    ...underWay.map(({ id, node, imageId }) => task(id, [], [], () => waitForCopy(context, node, imageId))),
    ...finals
      .filter((node) => node.destination?.keep !== undefined)
      .map((node) =>
        task(`${node.id}${RETIREMENT}`, [node.id], [], async () => {
          for (const use of await retireCopies(context, node, source.imageId)) onUnclear(use);
        }),
      ),
    ...(mayBeShared
      ? [
          task(`${name}/withdraw`, [], [...finalIds, ...waitsFor(rule.awaited)], () =>
            withdrawShare(context, graph.rule.from, image, sharer, recorded),
          ),
        ]
      : []),
    ...[...transits, ...otherTransits]
      .filter((transit) => neededTransits.includes(transit) || rule.mayHaveLeft || isThere(transit))
      .map((transit) =>
        task(
          `${transit.id}/remove`,
          [],
          [
            ...dependants(transit, finals).map((node) => node.id),
            ...waitsFor(dependants(transit, rule.awaited)),
          ],
          () => end(transit),
        ),
      ),
  ];

  function foundOf(node: CopyNode): Standing {
    return stands.get(node.id) ?? { dead: [], others: [], lastAttempt: 0, shown: undefined };
  }

  function isThere(node: CopyNode): boolean {
    const { living, dead } = foundOf(node);
    return living !== undefined || dead.length > 0;
  }

  function before(node: CopyNode): readonly string[] {
    if (!unmade.includes(node)) return [];
    if (node.madeFrom.kind === "node") return [`${node.madeFrom.id}/share`];
    return sharesSource.some((account) => isOf(node, account)) ? [shareSource.id] : [];
  }

  async function copy(node: CopyNode): Promise<MadeCopy> {
    const { unseen } = foundOf(node);
    if (unseen !== undefined) throw unseen;
    const result = await makeCopy(context, slots, node, foundOf(node), () => sourceOf(node), keyArnOf(node));
    made.set(node.id, result);
    return result;
  }

  async function finish(node: CopyNode): Promise<void> {
    const { image: copied, snapshots, attempt } = await copy(node);
    const keyArn = keyArnOf(node);
    const seen = snapshots === undefined ? undefined : { image: copied, snapshots };
    const proved = await completeAndVerifyCopy(context, node, source, copied.imageId, keyArn, seen);
    context.emit({
      code: "CopyVerified",
      node: node.id,
      imageId: copied.imageId,
      keyArn,
      snapshots: proved.snapshots.length,
    });
    const isHeldBack = await publishUnlessHeld(node, copied.imageId);
    finished.add(node.id);
    onFinished({ node, ...proved, keyArn, attempt, isHeldBack });
  }

  /** Whether a rollback holds it back. */
  async function publishUnlessHeld(node: CopyNode, imageId: string): Promise<boolean> {
    const parameter = node.rule.publishTo;
    if (parameter === undefined || !isHeld(rule.hold, node, source.imageId)) {
      await publish(context, node, imageId, foundOf(node));
      return false;
    }
    const { showing } = rule.hold;
    context.emit({ code: "PublicationHeld", node: node.id, parameter, imageId, showing });
    return true;
  }

  function sourceOf(node: CopyNode): CopySource {
    const description = source.description === undefined ? {} : { description: source.description };
    // Of all copies of the rule: the same request again gives the same copy, whichever jobs are selected.
    const shareWith = node.role === "transit" ? accountsBeyond(node, [...finals, ...graph.leftOut]) : [];
    const common = { ...description, sourceImageId: source.imageId, intent: rule.intent, shareWith };
    const { from } = graph.rule;
    if (node.madeFrom.kind === "source") {
      const keyArns = source.snapshots.flatMap((snapshot) => snapshot.key?.arn ?? []);
      return { ...common, imageId: source.imageId, region: from.region, place: from, keyArns };
    }
    const { id } = node.madeFrom;
    const transit = must(
      transits.find((candidate) => candidate.id === id),
      `the transit copy ${id}`,
    );
    const { imageId } = must(made.get(id), `the image of ${id}`).image;
    const { place } = transit;
    return { ...common, imageId, region: place.region, place, keyArns: [keyArnOf(transit)] };
  }

  async function share(transit: CopyNode): Promise<void> {
    const accounts = accountsBeyond(transit, unmade);
    const copied = made.get(transit.id)?.image;
    if (copied === undefined || accounts.length === 0) return;
    // One that stood before has been withdrawn with its record, or was made for other accounts.
    if (foundOf(transit).living === undefined) await shareTransit(context, transit.place, copied, accounts);
    else await shareCopy(context, transit.place, copied, accounts, sharer, recorded);
  }

  /** Other accounts (12 digits) that copy from a transit copy. */
  function accountsBeyond(transit: CopyNode, nodes: readonly CopyNode[]): readonly string[] {
    const accounts = dependants(transit, nodes).map((node) => node.place.account.id);
    return [...new Set(accounts)].filter((account) => account !== transit.place.account.id).sort();
  }

  /** A copy that is gone is shared with nobody; one that cannot be removed must not stay shared either. */
  async function end(transit: CopyNode): Promise<void> {
    const isServed =
      dependants(transit, finals).every((node) => finished.has(node.id)) &&
      dependants(transit, rule.awaited).length === 0;
    if (!isServed) return withdraw(transit);
    try {
      const copied = made.get(transit.id)?.image;
      if (copied === undefined || rule.mayHaveLeft || isThere(transit))
        await removeAllTransit(context, transit);
      else await removeTransit(context, transit, copied);
    } catch (error) {
      // What keeps it from being removed is what people must hear of.
      if (!isInterrupted(error)) await withdraw(transit).catch(() => undefined);
      throw error;
    }
  }

  async function withdraw(transit: CopyNode): Promise<void> {
    const { ours } = await claimedCopies(context, transit);
    for (const current of ours) await withdrawShare(context, transit.place, current, sharer, recorded);
  }

  function isRecorded({ tags }: ImageView): boolean {
    return ownRecord(tags, (other) => other === sharer).keys.length > 0;
  }

  function keyArnOf(node: CopyNode): string {
    return must(rule.keyArns.get(node.id), `the key of ${node.id}`);
  }
}

function task(
  id: string,
  needs: readonly string[],
  after: readonly string[],
  work: () => Promise<unknown>,
): Task {
  return {
    id,
    needs,
    after,
    run: async () => {
      await work();
    },
  };
}

function dependants(transit: CopyNode, nodes: readonly CopyNode[]): readonly CopyNode[] {
  return nodes.filter(({ madeFrom }) => madeFrom.kind === "node" && madeFrom.id === transit.id);
}

function isOf(node: CopyNode, account: string): boolean {
  return node.place.account.id === account;
}

function launchAccounts(finals: readonly CopyNode[]) {
  const launching = finals
    .filter((node) => node.destination?.launch !== undefined)
    .map((node) => node.place.account);
  return [...new Map(launching.map((account) => [account.id, account])).values()];
}
