import { jobIdOf } from "../../topology/ids";
import type { Kind } from "../../kinds/kind";
import {
  declaredKey,
  SHARED_IMAGES_KEY,
  sharedImagesKey,
  type CopyGraph,
  type ShareNode,
} from "../../topology";
import { checkGrantsOf } from "../doctor/checks/launch-grants";
import { unfit } from "../doctor/checks/key-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import type { CopyView } from "../engine/copy";
import { isHeld, type Hold } from "../engine/hold";
import { uniquePlaces } from "../engine/place-id";
import type { JobProof } from "../engine/results";
import { kindOf } from "../../kinds/registry";
import { findCopy } from "../steps/find-copy";
import { endedShares } from "../steps/withdraw-images";
import { wrongParameter } from "./wrong-parameter";
import type { Foundation } from "./keys/foundation";

/**
 * Verifies that an account can launch from an image that another account shares: the image exists and is shared with it, the account
 * can describe it, its parameter shows it, the key of its snapshots is enabled, and its service-linked roles have their grants.
 * @param image the source image
 * @param foundation reads grants, as the deploy role of the key's account. @default - grants are not checked
 */
export async function proveShare(
  context: ReadContext,
  kind: Kind,
  graph: CopyGraph,
  share: ShareNode,
  image: CopyView | undefined,
  hold: Hold | undefined,
  foundation: Foundation | undefined,
): Promise<JobProof> {
  const { rule, place, owner } = share;
  const { account, region } = place;
  const node = graph.nodes.find(({ id }) => id === share.of);
  const shared = node === undefined ? image : (await findCopy(context, kind, node, graph.source.id)).living;
  const base = { job: jobIdOf(rule, place), account: account.id, region };
  if (shared === undefined) {
    const missing = `there is no image to share in ${owner.account.name} ${owner.region}`;
    return { ...base, snapshots: 0, sizeGiB: 0, wrong: [missing] };
  }
  const [key, seen, accounts] = await Promise.all([
    context.aws.keys(owner).describeKey(sharedImagesKey(context.topology, owner).alias),
    context.aws.images(place).mayLaunch(shared.id),
    kind.sharing(context.aws, owner).resources({ id: shared.id, snapshotIds: [] }).at(-1)?.accountsNow(),
  ]);
  const problem = key === undefined ? undefined : unfit(key, owner.account.id);
  const isBack = isHeld(hold, share, graph.source.id);
  const { snapshots } = graph.source;
  return {
    ...base,
    imageId: shared.id,
    ...(key === undefined ? {} : { keyArn: key.arn }),
    snapshots: snapshots.length,
    sizeGiB: snapshots.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0),
    ...(rule.publishTo === undefined ? {} : { parameter: rule.publishTo }),
    wrong: [
      ...(accounts?.includes(account.id) === true
        ? []
        : [`${shared.id} is not shared with ${account.id}; fix: keyferry run`]),
      ...(seen ? [] : [`${account.id} cannot see ${shared.id} in ${region}`]),
      ...(key === undefined
        ? [`${owner.account.id} has no key for shared images in ${region}; fix: deploy 'foundation-*'`]
        : []),
      ...(problem === undefined ? [] : [`the key ${key?.arn} ${problem.what}; fix: ${problem.fix}`]),
      ...(key === undefined ? [] : await wrongGrants(share, key.arn, foundation)),
      ...devicesWithoutKey(graph, share),
      ...(isBack ? [] : await wrongParameter(context, share, shared.id)),
    ],
  };
}

/** Volumes that the launch would encrypt under the account's EBS default key. */
function devicesWithoutKey({ source }: CopyGraph, { destination }: ShareNode): readonly string[] {
  const { launch, account, volumesUnder } = destination;
  if (launch === undefined || (account.ebsDefaults === true && volumesUnder !== "source-key")) return [];
  const named = Object.keys(launch.volumes ?? {});
  const left = source.snapshots.flatMap(({ deviceName }) =>
    deviceName === undefined || named.includes(deviceName) ? [] : [deviceName],
  );
  if (left.length === 0) return [];
  return [
    `the launch names no key for ${left.join(", ")}, whose volumes get the account's EBS default key; fix: name them in launch.volumes, and deploy the consumers`,
  ];
}

/** Problems with the grants of the account that launches. */
async function wrongGrants(
  { owner, place }: ShareNode,
  arn: string,
  foundation: Foundation | undefined,
): Promise<readonly string[]> {
  if (foundation === undefined) return [];
  const { topology } = foundation.locked;
  const declared = declaredKey(topology, owner.account.id, owner.region, SHARED_IMAGES_KEY);
  const name = `${owner.account.name}/${owner.region}/${SHARED_IMAGES_KEY}`;
  const findings = await checkGrantsOf(
    {
      ...{ name, arn, topology: topology.name, partition: topology.partition },
      declared: (declared?.launchGrants ?? []).filter(({ account }) => account.id === place.account.id),
    },
    async (key) => {
      const grants = await foundation.deployer.keyGrants(owner).grants(key);
      return grants.filter(({ issuingAccount }) => issuingAccount === place.account.id);
    },
  );
  return findings
    .filter(({ state }) => state === "failed")
    .map(({ what, fix }) => (fix === undefined ? what : `${what}; fix: ${fix}`));
}

/** Images that a rule still shares with accounts that should no longer launch from them. */
export async function leftoverImageShares(
  context: ReadContext,
  graph: CopyGraph,
): Promise<readonly string[]> {
  const owners = uniquePlaces(graph.shares.map(({ owner }) => owner));
  const found = await concurrently(owners, (owner) => endedShares(context, kindOf(graph.rule), graph, owner));
  return found.flat().map(({ resource, ended }) => `${resource.id} is still shared with ${ended.join(", ")}`);
}
