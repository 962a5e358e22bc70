import {
  arrivals,
  isRolledOut,
  launchName,
  readsImageAtLaunch,
  type CopyJob,
  type Selection,
  type Topology,
} from "../../topology";
import { isAwsError, type GroupMember, type GroupView, type ImageView, type ParameterVersion } from "../aws";
import type { ReadContext } from "../engine/context";
import { sourceOf } from "../engine/lineage";
import { explainAwsAnswer } from "../engine/explain";
import type { GroupStatus, RunningImage } from "../engine/results";

/** An instance in one of these states is terminating. Source: EC2 Auto Scaling user guide, "Amazon EC2 Auto Scaling instance lifecycle". */
const LEAVING = /^(Terminat|Detach)/;

/** A destination whose copies are launched by an Auto Scaling group. */
export type LaunchedJob = CopyJob & {
  readonly to: { readonly launch: NonNullable<CopyJob["to"]["launch"]> };
  readonly parameter: string;
};

/**
 * The groups of a topology; only a published image can be launched.
 * @param only the copy jobs that are read. @default - all of them
 */
export function launchedJobs(topology: Topology, only?: Selection): readonly LaunchedJob[] {
  return arrivals(topology).flatMap((job) => {
    const { rule, to } = job;
    if (to.launch === undefined || rule.publishTo === undefined || only?.includes(job) === false) return [];
    return [{ ...job, to: { ...to, launch: to.launch }, parameter: rule.publishTo }];
  });
}

/** Reads a group, its instances and its refreshes. AWS's errors are part of the result. Reads only. */
export async function lookAtGroup(context: ReadContext, job: LaunchedJob): Promise<GroupStatus> {
  const { rule, to, parameter } = job;
  const base = {
    group: launchName(context.topology.name, rule.name),
    rule: rule.name,
    account: to.account.id,
    accountName: to.account.name,
    region: to.region,
    follows: followsBy(job),
    parameter,
  };
  try {
    const groups = context.aws.groups(to);
    const [group, refreshes, history] = await Promise.all([
      groups.group(base.group),
      groups.refreshes(base.group),
      context.aws.parameters(to).history(parameter),
    ]);
    const shown = shownBy(history);
    const images = await imagesOf(context, job, group);
    const [refresh] = refreshes;
    return {
      ...base,
      ...shown,
      ...(group === undefined ? {} : { running: runningOf(job, group, images, shown.published) }),
      ...(refresh === undefined ? {} : { refresh }),
    };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    const { reason, fixes } = explainAwsAnswer(error);
    return { ...base, unseen: [reason, ...fixes].join("; fix: ") };
  }
}

function followsBy({ to: { launch } }: LaunchedJob): GroupStatus["follows"] {
  if (isRolledOut(launch)) return "rollout";
  return readsImageAtLaunch(launch) ? "nothing" : "deployment";
}

/** The image that the parameter shows, and since when: writing the same image again does not change that time. */
function shownBy(history: readonly ParameterVersion[]): {
  readonly published?: string;
  readonly publishedAt?: string;
} {
  const newest = history.at(-1);
  if (newest === undefined) return {};
  const before = history.findLastIndex(({ value }) => value !== newest.value);
  return { published: newest.value, publishedAt: history[before + 1]?.at ?? newest.at };
}

async function imagesOf(
  { aws }: ReadContext,
  { to }: LaunchedJob,
  group: GroupView | undefined,
): Promise<ReadonlyMap<string, ImageView>> {
  const ids = [...new Set((group?.members ?? []).flatMap(({ imageId }) => imageId ?? []))];
  if (ids.length === 0) return new Map();
  // A filter instead of ids: a deregistered image is then not an error.
  const found = await aws.images(to).describeImages({ "image-id": ids });
  return new Map(found.map((image) => [image.id, image]));
}

function runningOf(
  { to }: LaunchedJob,
  { members, templateVersion }: GroupView,
  images: ReadonlyMap<string, ImageView>,
  published: string | undefined,
): NonNullable<GroupStatus["running"]> {
  const { protectedInstances, standbyInstances } = to.launch.refresh ?? {};
  const staying = members.filter(({ lifecycle }) => !LEAVING.test(lifecycle));
  const isOnOtherImage = ({ imageId }: GroupMember) =>
    published !== undefined && imageId !== undefined && imageId !== published;
  const isOnOldTemplate = (member: GroupMember) =>
    templateVersion !== undefined &&
    member.templateVersion !== undefined &&
    member.templateVersion !== templateVersion;
  const isIgnored = ({ isProtected, lifecycle }: GroupMember) =>
    (isProtected && protectedInstances === "ignore") ||
    (lifecycle === "Standby" && standbyInstances === "ignore");
  const behind = staying.filter((member) => isOnOtherImage(member) || isOnOldTemplate(member));
  return {
    instances: staying.length,
    images: byImage(staying, images),
    onOtherImages: staying.filter(isOnOtherImage).length,
    onOldTemplate: staying.filter(isOnOldTemplate).length,
    toReplace: behind.filter((member) => !isIgnored(member)).length,
    leftAlone: behind.filter(isIgnored).length,
  };
}

/** The images that instances run, the most used one first. */
function byImage(
  members: readonly GroupMember[],
  images: ReadonlyMap<string, ImageView>,
): readonly RunningImage[] {
  const counts = new Map<string, number>();
  for (const { imageId } of members)
    if (imageId !== undefined) counts.set(imageId, (counts.get(imageId) ?? 0) + 1);
  return [...counts]
    .map(([imageId, instances]) => {
      const image = images.get(imageId);
      const source = image === undefined ? undefined : sourceOf(image.tags);
      return {
        imageId,
        instances,
        ...(image === undefined ? {} : { name: image.name, madeAt: image.creationDate }),
        ...(source === undefined ? {} : { source }),
      };
    })
    .sort((a, b) => b.instances - a.instances);
}
