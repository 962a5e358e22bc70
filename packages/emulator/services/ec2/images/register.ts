import { imageArn } from "@keyferry/common";
import type { AccessCheck, Call, Cloud, JsonObject } from "../../../contract";
import { ownCheck, requestTagContext, snapshotCheck, tagOnCreateCheck } from "../access";
import { visibleImage, visibleSnapshot } from "../catalogue";
import { notFound } from "../errors";
import { newId } from "../ids";
import { object, objects, text } from "../input";
import { ec2Operation } from "../operation";
import { put } from "../shelf";
import type { Ec2State, Image } from "../state";
import { readTagSpecifications, setTags, tagsOf } from "../tags/tags";
import { newImageName } from "./names";
import { readRegisteredDevices } from "./registered-devices";
import { readRegisteredTraits } from "./registered-traits";

/**
 * RegisterImage from snapshots. Missing parameters are not derived from anything: the architecture is i386, the
 * virtualisation paravirtual, enhanced networking off. Source: EC2 API reference, "RegisterImage".
 */
export function registerImage(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "Name",
      "Description",
      "Architecture",
      "VirtualizationType",
      "RootDeviceName",
      "BlockDeviceMapping",
      "BootMode",
      "TpmSupport",
      "UefiData",
      "ImdsSupport",
      "EnaSupport",
      "SriovNetSupport",
      "KernelId",
      "RamdiskId",
      "TagSpecification",
    ],
    checks: (call) => checks(state, call),
    run: (call, cloud) => run(state, call, cloud),
  });
}

/** The image and every snapshot. Source: service authorization reference, "Amazon EC2", RegisterImage. */
function checks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const { account } = call.caller;
  const { image: tags } = readTagSpecifications(call.input, ["image"]);
  const image = imageArn(call.region, "*");
  const snapshots = objects(call.input, "BlockDeviceMapping").flatMap(
    (mapping) => text(object(mapping, "Ebs"), "SnapshotId") ?? [],
  );
  return [
    ownCheck(call, image, { "ec2:Owner": account, ...requestTagContext(tags) }),
    ...snapshots.map((id) =>
      snapshotCheck(call, id, visibleSnapshot(state, id, account, call.region), tagsOf(state, account, id)),
    ),
    ...tagOnCreateCheck(call, image, tags),
  ];
}

/** Kernels and RAM disks belong to a Region. Source: EC2 API reference, error codes (InvalidAMIID.NotFound, "an incorrect kernel ID"). */
function refuseUnknown(
  state: Ec2State,
  call: Call,
  parameter: "KernelId" | "RamdiskId",
  type: "kernel" | "ramdisk",
): void {
  const id = text(call.input, parameter);
  if (id === undefined) return;
  const found = visibleImage(state, id, call.caller.account, call.region);
  if (found?.imageType !== type) throw notFound("image", id);
}

function run(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const { account } = call.caller;
  const traits = readRegisteredTraits(call.input);
  refuseUnknown(state, call, "KernelId", "kernel");
  refuseUnknown(state, call, "RamdiskId", "ramdisk");
  const devices = readRegisteredDevices(state, call, traits.rootDeviceName);
  const name = newImageName(state, call.input, account, call.region);
  const { image: tags } = readTagSpecifications(call.input, ["image"]);
  const image: Image = {
    imageId: newId("ami"),
    region: call.region,
    owner: account,
    name,
    description: text(call.input, "Description"),
    traits,
    devices,
    creationDate: cloud.clock.now().toISOString(),
    public: false,
    launchPermissions: [],
    state: "available",
  };
  put(state.images, image.imageId, image);
  setTags(state, account, image.imageId, tags);
  return { imageId: image.imageId };
}
