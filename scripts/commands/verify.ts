import { jobIdOf } from "../../topology/ids";
import { must } from "../../core/must";
import { uniqueBy } from "../../core/unique-by";
import {
  declaredKind,
  LINEAGE_TAGS,
  transitPlaces,
  type CopyGraph,
  type CopyNode,
  type Place,
} from "../../topology";
import { unfit } from "../doctor/checks/key-state";
import { ruleStateOf } from "../engine/rule-state";
import { systemClock } from "../engine/clock";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { isBehind } from "../engine/group-state";
import { isHeld, readHold, type Hold } from "../engine/hold";
import type { CopyView } from "../engine/copy";
import { placeId, uniquePlaces } from "../engine/place-id";
import type { JobProof, Verification } from "../engine/results";
import { journeySharersOf, ownRecord } from "../engine/share-record";
import { everythingWrong } from "../steps/verify-copy";
import { kindOf, kindsIn } from "../../kinds/registry";
import { findCopy } from "../steps/find-copy";
import { launchedJobs, lookAtGroup } from "../steps/look-at-group";
import type { Foundation } from "./keys/foundation";
import { ruleStatePlaces } from "./stale-rule-states";
import { inspect, type RuleInspection } from "./preflight";
import { proveShare, leftoverImageShares } from "./verify-shares";
import { wrongParameter } from "./wrong-parameter";
import { unexplainedShares } from "./unexplained-shares";

/**
 * Verifies every copy job again, from AWS alone: images, keys, sizes, tags, parameters; no share and no transit copy left.
 * @param foundation has the accounts that left the topology. @default - none has
 */
export async function verify(context: ReadContext, foundation?: Foundation): Promise<Verification> {
  const { rules, refusals } = await inspect(context);
  const origins = uniquePlaces(rules.filter(({ graph }) => graph !== undefined).map(({ rule }) => rule.from));
  const [seen, shares, groups, unexplained] = await Promise.all([
    concurrently(rules, (inspection) => verifyRule(context, inspection, foundation)),
    concurrently(origins, (place) => leftoverShares(context, place)),
    concurrently(launchedJobs(context.topology, context.only), (job) => lookAtGroup(context, job)),
    unexplainedShares(context, foundation),
  ]);
  const jobs = seen.flatMap((rule) => rule.jobs);
  const leftovers = [...shares.flat(), ...seen.flatMap((rule) => rule.leftovers)];
  const ok =
    refusals.length === 0 &&
    leftovers.length === 0 &&
    jobs.every((job) => job.wrong.length === 0) &&
    !groups.some(isBehind);
  const at = (context.clock ?? systemClock).now();
  return { topology: context.topology.name, jobs, leftovers, unexplained, groups, at, refusals, ok };
}

async function verifyRule(
  context: ReadContext,
  { rule, graph, keyArns, image }: RuleInspection,
  foundation: Foundation | undefined,
) {
  if (graph === undefined) return { jobs: [], leftovers: [] };
  const hold = await readHold(ruleStateOf(context.topology, context.aws, rule));
  const finals = graph.nodes.filter((node) => node.role === "final" && keyArns.has(node.id));
  const [jobs, shares, ended, transits] = await Promise.all([
    concurrently(finals, (node) =>
      proveJob(context, graph, node, must(keyArns.get(node.id), `the key of ${node.id}`), hold),
    ),
    concurrently(graph.shares, (share) =>
      proveShare(context, kindOf(rule), graph, share, image, hold, foundation),
    ),
    leftoverImageShares(context, graph),
    leftoverTransits(context, graph),
  ]);
  const isUnseen = keyArns.size === 0 && graph.shares.length === 0;
  const unseen = isUnseen ? [`${rule.name}: no destination could be read`] : [];
  return { jobs: [...jobs, ...shares], leftovers: [...transits, ...ended, ...unseen] };
}

async function proveJob(
  context: ReadContext,
  graph: CopyGraph,
  node: CopyNode,
  keyArn: string,
  hold: Hold | undefined,
): Promise<JobProof> {
  const { rule, source } = graph;
  const { account, region } = node.place;
  const base = { job: jobIdOf(rule, node.place), account: account.id, region, keyArn };
  const kind = kindOf(rule);
  const { living, spare, former, others } = await findCopy(context, kind, node, source.id, [], keyArn);
  if (living === undefined) {
    return {
      ...base,
      snapshots: 0,
      sizeGiB: 0,
      wrong: [
        `no copy of ${source.id} (${source.name}) exists${former.length === 0 ? "" : ` under ${keyArn}; fix: keyferry run makes one`}`,
        ...former.map(({ id }) => `${id} is under a former key`),
        ...others.map((image) => `${image.id} is not a copy: ${kind.whyNotOurs(image)}`),
      ],
    };
  }
  const examined = await kind.examine(context, node, source, living.id, keyArn);
  const snapshots = examined.shown?.snapshots ?? [];
  const { publishTo } = node.rule;
  const isBack = publishTo !== undefined && isHeld(hold, node, source.id);
  const earlier = isBack ? (await findCopy(context, kind, node, hold.showing)).living?.id : undefined;
  const published = isBack ? (earlier ?? `the copy of ${hold.showing}, which no longer exists`) : living.id;
  return {
    ...base,
    imageId: living.id,
    ...(isBack ? { rolledBackTo: published } : {}),
    snapshots: snapshots.length,
    sizeGiB: snapshots.reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0),
    ...(publishTo === undefined ? {} : { parameter: publishTo }),
    wrong: [
      ...everythingWrong(examined),
      ...spare.map(
        ({ id }) =>
          `${id} is a second copy of ${source.id}; fix: ${declaredKind(rule).removal} it once nothing uses it`,
      ),
      ...(await wrongKeyState(context, node, keyArn)),
      ...(await wrongParameter(context, node, published)),
    ],
  };
}

/** A copy under a key that is disabled or pending deletion cannot be launched. */
async function wrongKeyState({ aws }: ReadContext, { place }: CopyNode, arn: string): Promise<string[]> {
  const key = await aws.keys(place).describeKey(arn);
  const problem = key === undefined ? undefined : unfit(key, place.account.id);
  return problem === undefined ? [] : [`its key ${arn} ${problem.what}; fix: ${problem.fix}`];
}

/**
 * The topology's shares on source images, including those of earlier runs, and on snapshots: their tags record what the
 * topology shared. Transit copies are reported as such. A record that names another resource was copied from it with its tags.
 */
async function leftoverShares({ topology, aws }: ReadContext, place: Place): Promise<readonly string[]> {
  const recorded = await concurrently(kindsIn(topology), (kind) =>
    kind.recordedShares(aws, place, `:${topology.name}/*`),
  );
  // More than one kind reads the same snapshot.
  return uniqueBy(recorded.flat(), ({ id }) => id)
    .filter(({ tags }) => !(LINEAGE_TAGS.role in tags))
    .map(({ id, tags }) => ({ id, ...ownRecord(tags, journeySharersOf(topology)) }))
    .filter(({ accounts }) => accounts.length > 0)
    .filter(({ id, bearers }) => bearers.length === 0 || bearers.includes(id))
    .map(({ id, accounts }) => `${id} is still shared with ${accounts.join(", ")}`);
}

/** In every place that is read, because the image may have had another route when they were made. */
async function leftoverTransits(context: ReadContext, graph: CopyGraph): Promise<string[]> {
  const isOurs = ({ tags }: Pick<CopyView, "tags">) =>
    tags[LINEAGE_TAGS.role] === "transit" &&
    tags[LINEAGE_TAGS.node]?.startsWith(`${graph.rule.name}/transit/`) === true;
  const found: string[] = [];
  const lookedAt = new Set(ruleStatePlaces(context).map(placeId));
  const places = transitPlaces(context.topology, graph.rule).filter((place) => lookedAt.has(placeId(place)));
  for (const place of places) {
    const { copies, parts } = await kindOf(graph.rule).heldIn(context.aws, place, context.topology.name);
    const where = `in ${place.account.id} ${place.region}`;
    found.push(
      ...copies
        .filter(({ copy, proof }) => isOurs(copy) && proof === "ours")
        .map(({ copy }) => `the transit copy ${copy.id} still exists ${where}`),
      ...parts
        .filter((part) => isOurs(part) && part.isOurs)
        .map(({ id }) => `the snapshot ${id} of a transit copy still exists ${where}`),
    );
  }
  return found;
}
