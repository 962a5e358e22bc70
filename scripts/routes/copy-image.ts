import type { CopyGraph, CopyNode } from "../../topology";
import type { ImageView, SnapshotView } from "../aws";
import type { RunContext } from "../engine/context";
import type { Task } from "../engine/graph-runner";
import { placeId, type PlaceLimiter } from "../engine/limiter";
import { copyFilters } from "../engine/lineage";
import { ensureServiceLinkedRole } from "../steps/ensure-service-linked-role";
import { findCopy } from "../steps/find-copy";
import { publish } from "../steps/publish";
import { removeTransit } from "../steps/remove-transit";
import { shareCopy } from "../steps/share-copy";
import { verifyCopy } from "../steps/verify-copy";
import { withdrawShare } from "../steps/withdraw-share";
import { makeCopy, type CopySource, type MadeCopy } from "./make-copy";

/** A rule about to be run. */
export interface RuleToRun {
  readonly graph: CopyGraph;
  readonly image: ImageView;
  /** Node id -> ARN of the key under which its copy ends. */
  readonly keyArns: ReadonlyMap<string, string>;
  /** Whether an earlier run was cut short. */
  readonly resumed: boolean;
}

/** A final copy that stands, proved and published. */
export interface FinishedCopy {
  readonly node: CopyNode;
  readonly image: ImageView;
  readonly snapshots: readonly SnapshotView[];
  readonly keyArn: string;
  readonly attempt: number;
}

/**
 * The route `copy-image`: the image and its snapshots are shared with the destinations, which call CopyImage under
 * their own keys. A task for each copy; around the copies that others are made from, a task that shares before, and
 * one that withdraws once the last dependant has ended, well or badly. A transit copy is removed when all of its
 * dependants stand; otherwise it is kept for the next run.
 */
export async function copyImageTasks(
  context: RunContext,
  rule: RuleToRun,
  limiter: PlaceLimiter,
  onFinished: (copy: FinishedCopy) => void,
): Promise<readonly Task[]> {
  const { graph, image } = rule;
  const source = graph.source;
  const made = new Map<string, MadeCopy>();
  const finals = graph.nodes.filter((node) => node.role === "final");
  const transits = graph.nodes.filter((node) => node.role === "transit");
  const unmade = await withoutCopy(finals);
  const finalIds = finals.map((node) => node.id);
  const name = graph.rule.name;

  const sharesSource = graph.shareSourceWith.filter((account) => unmade.some((node) => isOf(node, account)));
  const shareSource = task(`${name}/share`, [], [], () =>
    shareCopy(context, graph.rule.from, image, sharesSource),
  );
  const neededTransits = transits.filter((transit) => unmade.some((node) => isMadeFrom(node, transit)));
  return [
    ...launchAccounts(finals).map((account) =>
      task(`${name}/service-linked-role/${account.name}`, [], [], () =>
        ensureServiceLinkedRole(context, account),
      ),
    ),
    ...(sharesSource.length > 0 ? [shareSource] : []),
    ...neededTransits.flatMap((transit) => [
      task(transit.id, [], [], () => copy(transit)),
      task(`${transit.id}/share`, [transit.id], [], () => share(transit)),
    ]),
    ...finals.map((node) => task(node.id, before(node), [], () => finish(node))),
    task(`${name}/withdraw`, [], finalIds, () => withdrawFromSource()),
    ...transits.flatMap((transit) => [
      task(`${transit.id}/withdraw`, [], finalIds, () => withdraw(transit)),
      task(`${transit.id}/remove`, [`${transit.id}/withdraw`, ...finalIds], [], () =>
        removeTransit(context, transit),
      ),
    ]),
  ];

  /** Final copies that do not stand and are not under way. */
  async function withoutCopy(nodes: readonly CopyNode[]): Promise<readonly CopyNode[]> {
    const missing: CopyNode[] = [];
    for (const node of nodes) {
      const found = await findCopy(context, node, source.imageId, context.past);
      if (found.living === undefined) missing.push(node);
    }
    return missing;
  }

  function before(node: CopyNode): readonly string[] {
    if (!unmade.includes(node)) return [];
    if (node.madeFrom.kind === "node") return [`${node.madeFrom.id}/share`];
    return sharesSource.some((account) => isOf(node, account)) ? [shareSource.id] : [];
  }

  async function copy(node: CopyNode): Promise<MadeCopy> {
    const result = await limiter.run(
      node.place,
      () => makeCopy(context, node, source.imageId, () => sourceOf(node), keyArnOf(node), rule.resumed),
      () => context.emit({ code: "CopyWaitsForSlot", node: node.id, place: placeId(node.place) }),
    );
    made.set(node.id, result);
    return result;
  }

  async function finish(node: CopyNode): Promise<void> {
    const { image: copied, attempt } = await copy(node);
    const keyArn = keyArnOf(node);
    const proved = await verifyCopy(context, node, source, copied.imageId, keyArn);
    context.emit({
      code: "CopyVerified",
      node: node.id,
      imageId: copied.imageId,
      keyArn,
      snapshots: proved.snapshots.length,
    });
    await publish(context, node, copied.imageId);
    onFinished({ node, ...proved, keyArn, attempt });
  }

  async function sourceOf(node: CopyNode): Promise<CopySource> {
    const description = source.description === undefined ? {} : { description: source.description };
    const common = { ...description, sourceImageId: source.imageId };
    const { from } = graph.rule;
    if (node.madeFrom.kind === "source") {
      const keyArns = source.snapshots.flatMap((snapshot) => snapshot.key?.arn ?? []);
      return { ...common, imageId: source.imageId, region: from.region, place: from, keyArns };
    }
    const { id } = node.madeFrom;
    const transit = transits.find((candidate) => candidate.id === id);
    const place = transit?.place ?? from;
    const imageId = made.get(id)?.image.imageId ?? "";
    const keyArn = rule.keyArns.get(id);
    return { ...common, imageId, region: place.region, place, keyArns: keyArn === undefined ? [] : [keyArn] };
  }

  async function share(transit: CopyNode): Promise<void> {
    const imageId = made.get(transit.id)?.image.imageId ?? "";
    const accounts = unmade
      .filter((node) => isMadeFrom(node, transit) && !isOf(node, transit.place.account.id))
      .map((node) => node.place.account.id);
    for (const current of await context.aws.images(transit.place).describeImages({ "image-id": [imageId] })) {
      await shareCopy(context, transit.place, current, [...new Set(accounts)]);
    }
  }

  async function withdraw(transit: CopyNode): Promise<void> {
    const copies = await context.aws
      .images(transit.place)
      .describeImages(copyFilters(context.topology, transit));
    for (const current of copies) await withdrawShare(context, transit.place, current);
  }

  async function withdrawFromSource(): Promise<void> {
    const images = context.aws.images(graph.rule.from);
    for (const current of await images.describeImages({ "image-id": [image.imageId] })) {
      await withdrawShare(context, graph.rule.from, current);
    }
  }

  function keyArnOf(node: CopyNode): string {
    return rule.keyArns.get(node.id) ?? "";
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

function isMadeFrom(node: CopyNode, transit: CopyNode): boolean {
  return node.madeFrom.kind === "node" && node.madeFrom.id === transit.id;
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
