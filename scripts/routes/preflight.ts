import {
  buildGraph,
  transitKeyAlias,
  type Account,
  type CopyGraph,
  type ImageRule,
  type Topology,
} from "../../topology";
import { isAwsError, type ImageView, type KeyView } from "../aws";
import { bookOf } from "../engine/bookkeeping";
import { concurrently } from "../engine/concurrently";
import type { LookContext } from "../engine/context";
import type { Refusal } from "../engine/errors";
import { explainAwsAnswer } from "../engine/explain";
import { readIntent, type Intent } from "../engine/intent";
import { placeId } from "../engine/place-id";
import { inspectSource } from "../steps/inspect-source";
import { resolveSourceImage } from "../steps/resolve-source-image";

/** What is known of a rule before anything is done. */
export interface RuleInspection {
  readonly rule: ImageRule;
  /** An earlier run's, which has not been finished. */
  readonly intent?: Intent;
  readonly image?: ImageView;
  readonly graph?: CopyGraph;
  /** Node id -> ARN of the key under which its copy ends. */
  readonly keyArns: ReadonlyMap<string, string>;
  readonly refusals: readonly Refusal[];
}

const DEPLOY = "npm run deploy -- 'foundation-*'";

/**
 * Looks at every precondition of every rule; nothing stops at the first that fails. Reads only.
 * @param repin the source image that an unfinished run has pinned is given up
 */
export async function inspect(
  context: LookContext,
  repin = false,
): Promise<{
  readonly rules: readonly RuleInspection[];
  readonly refusals: readonly Refusal[];
}> {
  const unreachable = new Map<string, Refusal>();
  await concurrently(accountsInUse(context.topology), async (account) => {
    const refusal = await checkAccount(context, account);
    if (refusal !== undefined) unreachable.set(account.id, refusal);
  });
  const reachable = context.topology.images.filter((rule) => !unreachable.has(rule.from.account.id));
  const rules = await concurrently(reachable, (rule) => inspectRule(context, rule, repin, unreachable));
  return { rules, refusals: [...unreachable.values(), ...rules.flatMap((rule) => rule.refusals)] };
}

/** @param skip accounts (12 digits) that cannot be entered; their part has been told already */
export async function inspectRule(
  context: LookContext,
  rule: ImageRule,
  repin = false,
  skip: { has(account: string): boolean } = new Set<string>(),
): Promise<RuleInspection> {
  const intent = await guarded(rule.name, async () =>
    repin ? undefined : readIntent(bookOf(context.topology, context.aws, rule)),
  );
  const pinned = intent.value?.sourceImageId;
  const image = await guarded(rule.name, () => resolveSourceImage(context, rule, pinned));
  const told = [...intent.refusals, ...image.refusals];
  if (image.value === undefined) {
    const missing = told.length > 0 ? [] : [noImage(rule, intent.value)];
    return { rule, keyArns: new Map(), refusals: [...told, ...missing] };
  }
  const found = image.value;
  const source = await guarded(rule.name, () => inspectSource(context, rule, found));
  const graph = source.value === undefined ? undefined : buildGraph(context.topology, rule, source.value);
  const keys = graph === undefined ? undefined : await findKeys(context, graph, skip);
  return {
    rule,
    image: found,
    ...(intent.value === undefined ? {} : { intent: intent.value }),
    ...(graph === undefined ? {} : { graph }),
    keyArns: keys?.arns ?? new Map(),
    refusals: [
      ...told,
      ...source.refusals,
      ...checkImage(rule, found),
      ...(graph === undefined ? [] : checkSourceKeys(context.topology, graph)),
      ...(keys?.refusals ?? []),
    ],
  };
}

function accountsInUse(topology: Topology): readonly Account[] {
  const used = topology.images.flatMap((rule) => [rule.from.account, ...rule.to.map((to) => to.account)]);
  return [...new Map(used.map((account) => [account.id, account])).values()];
}

async function checkAccount(context: LookContext, account: Account): Promise<Refusal | undefined> {
  const { refusals } = await guarded(`account ${account.name}`, () =>
    context.aws.identity(account).callerArn(),
  );
  return refusals[0];
}

function noImage(rule: ImageRule, intent: Intent | undefined): Refusal {
  const { account, region, select } = rule.from;
  const place = `account ${account.id} ${region}`;
  if (intent !== undefined) {
    return {
      subject: rule.name,
      what: `the run that began at ${intent.startedAt} carries ${intent.sourceImageId}, which is no longer in ${place}`,
      fix: "run with --repin to give that image up and carry the one that matches now",
      account: account.id,
    };
  }
  return "imageId" in select
    ? {
        subject: rule.name,
        what: `${place} does not own ${select.imageId}`,
        fix: `correct images.${rule.name}.from`,
      }
    : {
        subject: rule.name,
        what: `${place} owns no available image whose name matches "${select.newest.name}"`,
        fix: `correct images.${rule.name}.from, or make the image`,
      };
}

function checkImage(rule: ImageRule, image: ImageView): Refusal[] {
  const refusals: Refusal[] = [];
  const { account } = rule.from;
  if (image.state !== "available") {
    refusals.push({
      subject: rule.name,
      what: `${image.imageId} is ${image.state}; only an available image can be copied`,
      account: account.id,
    });
  }
  const leaves = rule.to.some((to) => to.account.id !== account.id);
  if (image.marketplaceCodes.length > 0 && leaves) {
    refusals.push({
      subject: rule.name,
      what: `${image.imageId} carries the AWS Marketplace product codes ${image.marketplaceCodes.join(", ")}; AWS refuses to copy such an image into another account`,
      fix: "subscribe to the product in the destination, launch it there and make an image of that instance",
    });
  }
  return refusals;
}

/** The runner role may use the transit key, AWS managed keys and the listed keys, and no other. */
function checkSourceKeys(topology: Topology, graph: CopyGraph): Refusal[] {
  const { rule } = graph;
  const listed = [transitKeyAlias(topology.name), ...rule.from.keys];
  return graph.source.snapshots
    .filter(({ key }) => key?.manager === "CUSTOMER" && !key.aliases.some((alias) => listed.includes(alias)))
    .map((snapshot) => ({
      subject: rule.name,
      what: `${snapshot.snapshotId} (${snapshot.deviceName}) is under ${snapshot.key?.arn}, which images.${rule.name}.from.keys does not list`,
      fix: `add the key's alias to images.${rule.name}.from.keys, then ${DEPLOY}`,
      account: rule.from.account.id,
    }));
}

async function findKeys(context: LookContext, graph: CopyGraph, skip: { has(account: string): boolean }) {
  const arns = new Map<string, string>();
  const refusals: Refusal[] = [];
  const told = new Set<string>();
  const nodes = graph.nodes.filter((candidate) => !skip.has(candidate.place.account.id));
  const found = await concurrently(nodes, async (node) => {
    const { account, region } = node.place;
    const subject = `${graph.rule.name} -> ${account.name} ${region}`;
    const key = await guarded(subject, () => context.aws.keys(node.place).describeKey(node.keyAlias));
    return { node, subject, key };
  });
  for (const { node, subject, key } of found) {
    const { account, region } = node.place;
    if (key.value !== undefined) arns.set(node.id, key.value.arn);
    const problem = key.value === undefined ? "does not exist" : unfit(key.value);
    const once = `${placeId(node.place)} ${node.keyAlias}`;
    if (problem === undefined || told.has(once)) continue;
    told.add(once);
    refusals.push(
      key.refusals[0] ?? {
        subject,
        what: `the key ${node.keyAlias} of account ${account.id} in ${region} ${problem}`,
        fix:
          key.value === undefined
            ? `deploy the foundation: ${DEPLOY}`
            : `account ${account.id} must make it usable`,
        account: account.id,
      },
    );
  }
  return { arns, refusals };
}

function unfit(key: KeyView): string | undefined {
  if (key.state !== "Enabled") return `is ${key.state}`;
  return key.spec === "SYMMETRIC_DEFAULT"
    ? undefined
    : `is of kind ${key.spec}; EBS takes SYMMETRIC_DEFAULT only`;
}

/** Runs one look; what AWS refuses becomes a refusal, so that the other looks still happen. */
async function guarded<T>(
  subject: string,
  look: () => Promise<T>,
): Promise<{ readonly value?: T; readonly refusals: readonly Refusal[] }> {
  try {
    return { value: await look(), refusals: [] };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const { reason, fixes, account } = explainAwsAnswer(error);
    return {
      refusals: [
        {
          subject,
          what: reason,
          ...(fixes[0] === undefined ? {} : { fix: fixes[0] }),
          ...(account === undefined ? {} : { account }),
        },
      ],
    };
  }
}
