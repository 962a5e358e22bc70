import type { Ec2State, Image, Snapshot } from "../../../packages/emulator/services/ec2/state";
import { tagsOf } from "../../../packages/emulator/services/ec2/tags/tags";
import {
  bookkeepingPath,
  copyJobs,
  homeKeyAlias,
  type CopyJob,
  type Place,
  type Topology,
} from "../../../topology";
import type { VirtualCloud } from "./virtual-cloud";

/** The cloud's internal state, regardless of what it shows to callers. */
function stateOf(cloud: VirtualCloud): Ec2State {
  return cloud.composition.stores["ec2"] as Ec2State;
}

function imagesOf(cloud: VirtualCloud, { account, region }: Place): readonly Image[] {
  return Object.values(stateOf(cloud).images).filter(
    (image) => image.owner === account.id && image.region === region,
  );
}

/** The final image copies of a rule in a place. */
export function finalCopies(cloud: VirtualCloud, rule: string, place: Place): readonly Image[] {
  const node = `${rule}/final/${place.account.name}/${place.region}`;
  return imagesOf(cloud, place).filter(
    ({ imageId }) => tagsOf(stateOf(cloud), place.account.id, imageId)["keyferry:node"] === node,
  );
}

/** A final copy of any kind. */
interface FinalCopy {
  readonly id: string;
  readonly isAvailable: boolean;
  /** ID of the source that its tags name. */
  readonly source: string | undefined;
  readonly snapshots: readonly Snapshot[];
}

function finalsOf(cloud: VirtualCloud, { rule, to }: CopyJob): readonly FinalCopy[] {
  const { snapshots } = stateOf(cloud);
  const tags = (id: string) => tagsOf(stateOf(cloud), to.account.id, id);
  if (rule.kind === "ami") {
    return finalCopies(cloud, rule.name, to).map(({ imageId, state, devices }) => ({
      id: imageId,
      isAvailable: state === "available",
      source: tags(imageId)["keyferry:source-image"],
      snapshots: devices.flatMap(({ ebs }) => snapshots[ebs?.snapshotId ?? ""] ?? []),
    }));
  }
  const node = `${rule.name}/final/${to.account.name}/${to.region}`;
  return Object.values(snapshots)
    .filter(({ owner, region }) => owner === to.account.id && region === to.region)
    .filter(({ snapshotId }) => tags(snapshotId)["keyferry:node"] === node)
    .map((snapshot) => ({
      id: snapshot.snapshotId,
      isAvailable: snapshot.state === "completed",
      source: tags(snapshot.snapshotId)["keyferry:source-snapshot"],
      snapshots: [snapshot],
    }));
}

async function parametersBelow(cloud: VirtualCloud, place: Place, path: string): Promise<readonly string[]> {
  const input = { Path: path, Recursive: true };
  const { account, region } = place;
  const moto = cloud.composition.cloud.moto;
  const answer = await moto.json("ssm", account.id, region, "AmazonSSM.GetParametersByPath", input);
  const found = answer["Parameters"] as readonly { readonly Name: string; readonly Value: string }[];
  return found.map(({ Name, Value }) => `${Name}=${Value}`);
}

/**
 * Every difference between a cloud and the state in which a finished run must leave it: every copy exists once, is available,
 * under its home key and published; no intermediate copies are left; exactly the user's own shares exist.
 * @param sources rule -> ID of its source image
 * @param shares what the user shares: image or snapshot ID -> accounts (12 digits)
 */
export async function wrongIn(
  cloud: VirtualCloud,
  topology: Topology,
  sources: Readonly<Record<string, string>>,
  shares: Readonly<Record<string, readonly string[]>> = {},
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const job of copyJobs(topology)) {
    const { account, region } = job.to;
    const copies = finalsOf(cloud, job);
    const [copy] = copies;
    if (copy === undefined || copies.length > 1) {
      wrong.push(`${job.id}: ${copies.length} copies`);
      continue;
    }
    if (!copy.isAvailable) wrong.push(`${job.id}: ${copy.id} is not available`);
    if (copy.source !== sources[job.rule.name]) wrong.push(`${job.id}: a copy of ${copy.source}`);
    const home = cloud.composition.cloud.keys.find(homeKeyAlias(topology.name), account.id, region)?.arn;
    for (const { snapshotId, keyArn } of copy.snapshots) {
      if (keyArn === undefined || keyArn !== home) wrong.push(`${job.id}: ${snapshotId} is under ${keyArn}`);
    }
    const { publishTo } = job.rule;
    if (publishTo === undefined) continue;
    const shown = await parametersBelow(cloud, job.to, publishTo.slice(0, publishTo.lastIndexOf("/")));
    if (!shown.includes(`${publishTo}=${copy.id}`)) wrong.push(`${job.id}: not published`);
  }
  return [...wrong, ...left(cloud, topology, sources, shares), ...(await books(cloud, topology))];
}

function left(
  cloud: VirtualCloud,
  topology: Topology,
  sources: Readonly<Record<string, string>>,
  shares: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const state = stateOf(cloud);
  const ids = new Set(topology.accounts.map(({ id }) => id));
  const images = Object.values(state.images).filter(({ owner }) => ids.has(owner));
  const snapshots = Object.values(state.snapshots).filter(({ owner }) => ids.has(owner));
  const held = new Set([
    ...images.flatMap(({ devices }) => devices.map(({ ebs }) => ebs?.snapshotId)),
    ...Object.values(sources),
    ...copyJobs(topology).flatMap((job) => finalsOf(cloud, job).map(({ id }) => id)),
  ]);
  const shared = (id: string, accounts: readonly string[]) =>
    [...accounts].sort().join() === [...(shares[id] ?? [])].sort().join()
      ? []
      : [`${id} is shared with ${accounts.join() || "no account"}`];
  const recorded = (owner: string, id: string) =>
    Object.keys(tagsOf(state, owner, id)).some((key) => key.startsWith("keyferry:shared-with"))
      ? [`${id} still has a share record`]
      : [];
  return [
    ...images.flatMap(({ owner, imageId, launchPermissions }) => [
      ...(tagsOf(state, owner, imageId)["keyferry:role"] === "transit" ? [`${imageId} is left`] : []),
      ...shared(imageId, launchPermissions),
      ...recorded(owner, imageId),
    ]),
    ...snapshots.flatMap(({ owner, snapshotId, createVolumePermissions }) => [
      ...(held.has(snapshotId) ? [] : [`${snapshotId} is left`]),
      ...shared(snapshotId, createVolumePermissions),
      ...recorded(owner, snapshotId),
    ]),
  ];
}

async function books(cloud: VirtualCloud, topology: Topology): Promise<readonly string[]> {
  const places = new Map(topology.rules.map(({ from }) => [`${from.account.id}/${from.region}`, from]));
  const found: string[] = [];
  for (const place of places.values()) {
    found.push(...(await parametersBelow(cloud, place, bookkeepingPath(topology.name))));
  }
  return found.map((parameter) => `${parameter} is left`);
}
