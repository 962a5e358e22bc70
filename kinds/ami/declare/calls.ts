import { imageArn, snapshotArn } from "@keyferry/common";
import { callOf, type Caller, type ProofCall } from "../../../policy/proof";
import type { KindCalls } from "../../declared-kind";
import {
  finalCopy,
  lineageKeys,
  madeBy,
  removeCall,
  shareCallsOn,
  sharedSnapshot,
  shareInVain,
  SNAPSHOT_ID,
  tagLikeSourceCall,
  type SharedThing,
} from "../../shared/declare/ebs-calls";
import { AMI_LINEAGE } from "./lineage";
import { copySnapshotsFromCalls, readRegisteredCalls, registerCalls } from "./registered-calls";
import { pushCalls, restoreCalls, storeCalls } from "./stored-calls";

/** An example id: a policy cannot contain ids that are not known beforehand. */
const IMAGE_ID = "ami-0123456789abcdef0";

/** The calls that the script makes for copies of images. */
export const AMI_CALLS: KindCalls = {
  look: lookCalls,
  copyFrom: (caller, sourceRegion) => [
    ...copyFromCalls(caller, sourceRegion),
    ...allowedImagesCalls(caller, sourceRegion),
  ],
  copy: copyCalls,
  share: (caller, topology, sharesWith) =>
    [sharedImage(caller), sharedSnapshot(caller)].flatMap((thing) =>
      shareCallsOn(thing, caller, topology, sharesWith),
    ),
  letLaunch: (caller, topology) => shareCallsOn(sharedImage(caller), caller, topology, []),
  seeShared: (caller) => [...lookCalls(caller), ...allowedImagesCalls(caller, caller.region)],
  remove: (caller, topology) => [
    removeCall("ec2:DeregisterImage", imageArn(caller.region, IMAGE_ID), caller, topology),
    removeCall("ec2:DeleteSnapshot", snapshotArn(caller.region, SNAPSHOT_ID), caller, topology),
  ],
  finish: finishCalls,
  protect: (caller, topology) => [
    ownCopyCall(caller, topology, "a copy is protected", "ec2:EnableImageDeregistrationProtection"),
  ],
  lookForUses: lookForUsesCalls,
  registered: { read: readRegisteredCalls, copyFrom: copySnapshotsFromCalls, copy: registerCalls },
  throughS3: { store: storeCalls, push: pushCalls, restore: restoreCalls },
  shareInVain: (caller) => shareInVain(sharedImage(caller), caller),
};

function sharedImage({ region }: Caller): SharedThing {
  return { resource: imageArn(region, IMAGE_ID), noun: "Image" };
}

/**
 * Images and snapshots are read; these actions have no resource. Parameter Store also reads a published image on behalf of
 * the caller. Source: Systems Manager user guide, "Native parameter support for Amazon Machine Image IDs".
 */
function lookCalls(caller: Caller): readonly ProofCall[] {
  return ["ec2:DescribeImages", "ec2:DescribeSnapshots"].map((action) =>
    callOf(caller, "images are read", action, "*", { pins: ["aws:RequestedRegion"] }),
  );
}

/** The doctor checks whether the account allows the images that are shared with it, in the Region in which they are shared. */
function allowedImagesCalls(caller: Caller, sourceRegion: string): readonly ProofCall[] {
  const there = { ...caller, region: sourceRegion };
  return [
    callOf(there, "the doctor reads settings", "ec2:GetAllowedImagesSettings", "*", {
      pins: ["aws:RequestedRegion"],
    }),
  ];
}

/**
 * AWS checks CopyImage on the source image. Source: EC2 user guide, "Permissions for copying an AMI".
 */
function copyFromCalls(caller: Caller, sourceRegion: string): readonly ProofCall[] {
  return [callOf(caller, "the copy: its source", "ec2:CopyImage", imageArn(sourceRegion, IMAGE_ID))];
}

/** AWS also checks CopyImage on the new image and its snapshots, and checks their tagging in the same call. */
function copyCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const { region } = caller;
  return [imageArn(region, IMAGE_ID), snapshotArn(region, SNAPSHOT_ID)].flatMap((resource) =>
    madeBy("CopyImage", resource, caller, topology, lineageKeys(AMI_LINEAGE)),
  );
}

/** Properties that CopyImage does not copy are set on a final copy. */
function finishCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const { region } = caller;
  const image = imageArn(region, IMAGE_ID);
  const attribute = (name: string, value: string) =>
    callOf(caller, "properties of the source are set on a copy", "ec2:ModifyImageAttribute", image, {
      context: { ...finalCopy(caller, topology), [name]: value },
      pins: ["aws:ResourceTag/keyferry:topology", name],
    });
  return [
    ...[image, snapshotArn(region, SNAPSHOT_ID)].map((resource) =>
      tagLikeSourceCall(resource, caller, topology),
    ),
    attribute("ec2:Attribute/Description", "nightly build"),
    attribute("ec2:Attribute/ImdsSupport", "v2.0"),
    ownCopyCall(caller, topology, "properties of the source are set on a copy", "ec2:EnableImageDeprecation"),
  ];
}

function ownCopyCall(caller: Caller, topology: string, when: string, action: string): ProofCall {
  const { region, principal } = caller;
  return callOf(caller, when, action, imageArn(region, IMAGE_ID), {
    context: { "ec2:Owner": principal.account, "aws:ResourceTag/keyferry:topology": topology },
    pins: ["aws:ResourceTag/keyferry:topology"],
  });
}

/** The users of an old copy are searched before it is removed; these actions have no resource. Only EC2 reads parameters. */
function lookForUsesCalls(caller: Caller): readonly ProofCall[] {
  const when = "users of an old copy are searched";
  const looks = [
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeLaunchConfigurations",
    "ec2:DescribeFleets",
    "ec2:DescribeImageReferences",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeSpotFleetRequests",
    "ssm:DescribeParameters",
  ].map((action) => callOf(caller, when, action, "*", { pins: ["aws:RequestedRegion"] }));
  const forEc2 = callOf(caller, when, "ssm:GetParameters", "*", {
    context: { "aws:CalledVia": ["ec2-images.amazonaws.com"] },
    pins: ["aws:RequestedRegion", "aws:CalledVia"],
  });
  return [...looks, forEc2];
}
