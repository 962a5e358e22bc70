/** The only launch code of the rehearsal cloud: RunInstances and Auto Scaling both use it. */
import { workKind } from "../../../background";
import type { Caller, Cloud } from "../../../contract";
import { AwsError } from "../../../contract";
import { visibleImage } from "../catalogue";
import { volumeKeyPlan, volumeRefusal, type VolumeKeyPlan } from "../encryption/volume-keys";
import { checkId, notFound } from "../errors";
import { newId, newSpotRequestId } from "../ids";
import { isHidden } from "../images/allowed";
import { missingParameter } from "../input";
import type { Ec2State, Image, Instance, Volume } from "../state";
import { setTags, type Tags } from "../tags/tags";
import { BOOT_SECONDS, LAUNCH_KEY_SECONDS } from "../throughput";
import { LAUNCH_FAILURES, planVolumes, type PlannedVolume } from "../volumes/plan";
import { resolveImageId } from "./image-id";
import { endInstance, inState, volumesOf } from "./lifecycle";
import { newInterface } from "./network-interface";
import { findPlacement, type Placement } from "./placement";
import type { LaunchSpecification } from "./specification";
import { refuseUnfit } from "./type-support";

export interface LaunchRequest {
  /** The principal whose permissions on the keys decide: the caller of RunInstances, or a service-linked role. */
  readonly launcher: Caller;
  readonly region: string;
  readonly specification: LaunchSpecification;
  readonly count: number;
  readonly clientToken?: string;
  /** @default - from the specification */
  readonly isSpot?: boolean;
  /** The principal whose permissions on the keys decide, if it is not the launcher. */
  readonly keyUser?: Caller;
}

const ASK_FOR_KEYS = workKind<{
  readonly launcher: Caller;
  readonly instanceId: string;
  readonly plans: readonly VolumeKeyPlan[];
}>("ec2:launch-keys");
const BOOT = workKind<{ readonly instanceId: string }>("ec2:boot");

interface Prepared {
  readonly image: Image;
  readonly instanceType: string;
  readonly placement: Placement;
}

/**
 * Launches instances; they are `pending` when this returns, and end `running`, or `terminated` when the launcher may
 * not use a volume's key.
 * @param stillWanted checked after the last wait, before anything is created; false launches nothing
 * @throws what EC2 refuses immediately: unknown image, zone, device mapping
 */
export async function launch(
  state: Ec2State,
  cloud: Cloud,
  request: LaunchRequest,
  stillWanted: () => boolean = () => true,
): Promise<readonly Instance[]> {
  const { launcher, region, specification } = request;
  const image = await launchImage(state, cloud, launcher.account, region, specification.imageId);
  const instanceType = specification.instanceType ?? "m1.small";
  await refuseUnfit(cloud, launcher.account, region, instanceType, image);
  const placement = await findPlacement(cloud, { account: launcher.account, region, ...specification });
  if (!stillWanted()) return [];
  const volumes = planVolumes(state, cloud, image, specification.devices, launcher.account);
  const prepared = { image, placement, instanceType };
  if (image.owner === launcher.account) image.lastLaunchedTime = cloud.clock.now().toISOString();
  const reservationId = newId("r");
  return Array.from({ length: request.count }, (_unused, index) =>
    start(state, cloud, request, prepared, volumes, reservationId, index),
  );
}

/** @throws InvalidAMIID.NotFound, InvalidAMIID.Unavailable, MissingParameter */
async function launchImage(
  state: Ec2State,
  cloud: Cloud,
  account: string,
  region: string,
  reference: string | undefined,
): Promise<Image> {
  if (reference === undefined) throw missingParameter("ImageId");
  const imageId = await resolveImageId(cloud, account, region, reference);
  checkId("image", imageId);
  const image = visibleImage(state, imageId, account, region);
  if (image === undefined || isHidden(state, image, account, cloud.clock.now().getTime())) {
    throw notFound("image", imageId);
  }
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${imageId}' is not available`);
  }
  return image;
}

function start(
  state: Ec2State,
  cloud: Cloud,
  request: LaunchRequest,
  { image, placement, instanceType }: Prepared,
  planned: readonly PlannedVolume[],
  reservationId: string,
  launchIndex: number,
): Instance {
  const { launcher, specification } = request;
  const instance: Instance = {
    instanceId: newId("i"),
    reservationId,
    region: request.region,
    owner: launcher.account,
    imageId: image.imageId,
    instanceType,
    launchIndex,
    launchTime: cloud.clock.now().toISOString(),
    traits: image.traits,
    availabilityZone: placement.availabilityZone,
    subnetId: placement.subnetId,
    vpcId: placement.vpcId,
    privateIpAddress:
      specification.privateIpAddress ??
      `${placement.addresses}.${10 + (Object.keys(state.instances).length % 240)}`,
    network: newInterface(specification.associatesPublicIp ?? placement.isPublic),
    securityGroups: placement.securityGroups,
    settings: specification.settings,
    clientToken: request.clientToken,
    spotRequestId: (request.isSpot ?? specification.isSpot) ? newSpotRequestId() : undefined,
    state: "pending",
  };
  state.instances[instance.instanceId] = instance;
  setTags(state, instance.owner, instance.instanceId, {
    ...specification.instanceTags,
    ...templateTags(specification),
  });
  setTags(state, instance.owner, instance.network.interfaceId, specification.interfaceTags);
  const volumes = planned.map((plan) => attachNew(state, cloud, instance, plan));
  for (const volume of volumes) setTags(state, volume.owner, volume.volumeId, specification.volumeTags);
  ASK_FOR_KEYS.later(cloud.clock, LAUNCH_KEY_SECONDS, {
    launcher: request.keyUser ?? launcher,
    instanceId: instance.instanceId,
    plans: planned.map((plan, index) => volumeKeyPlan(plan, volumes[index]?.volumeId ?? "", instance.owner)),
  });
  return instance;
}

/** Source: EC2 user guide, "Launch instances from a launch template". */
function templateTags({ template }: LaunchSpecification): Tags {
  if (template === undefined) return {};
  return { "aws:ec2launchtemplate:id": template.id, "aws:ec2launchtemplate:version": template.version };
}

function attachNew(state: Ec2State, cloud: Cloud, instance: Instance, plan: PlannedVolume): Volume {
  const now = cloud.clock.now().toISOString();
  const volume: Volume = {
    volumeId: newId("vol"),
    region: instance.region,
    owner: instance.owner,
    availabilityZone: instance.availabilityZone,
    size: plan.size,
    dataBytes: plan.dataBytes,
    volumeType: plan.volumeType,
    iops: plan.iops,
    throughput: plan.throughput,
    snapshotId: plan.snapshot?.snapshotId,
    keyArn: typeof plan.key === "string" ? undefined : plan.key.arn,
    createTime: now,
    state: "creating",
    attachment: {
      instanceId: instance.instanceId,
      deviceName: plan.deviceName,
      attachTime: now,
      deleteOnTermination: plan.deleteOnTermination,
    },
  };
  state.volumes[volume.volumeId] = volume;
  return volume;
}

/**
 * Registers the steps of a launch with the clock: the keys are checked first, and an instance that may not use them
 * ends after the call has returned.
 */
export function handleLaunches(state: Ec2State, cloud: Cloud): void {
  const { clock } = cloud;
  ASK_FOR_KEYS.handle(clock, async ({ launcher, instanceId, plans }) => {
    const refusal = await volumeRefusal(cloud, launcher, plans);
    const instance = inState(state, instanceId, "pending");
    if (instance === undefined) return;
    if (refusal !== undefined) {
      endInstance(state, cloud, instance, LAUNCH_FAILURES[refusal]);
      return;
    }
    for (const volume of volumesOf(state, instance)) volume.state = "in-use";
    BOOT.later(clock, BOOT_SECONDS, { instanceId });
  });
  BOOT.handle(clock, ({ instanceId }) => {
    const instance = inState(state, instanceId, "pending");
    if (instance !== undefined) instance.state = "running";
  });
}
