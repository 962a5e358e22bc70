import type { MountedService } from "../../dispatch";
import { ebsDefaultOperations } from "./encryption/defaults";
import { fleetOperations } from "./fleets/operations";
import { spotFleetOperations } from "./fleets/spot-fleet/operations";
import { FORWARDED, FORWARDED_RELAYS, XML_NAMESPACE } from "./forwarded";
import { imageAttributeOperations } from "./images/attributes";
import { copyImage } from "./images/copy";
import { createImage } from "./images/create";
import { deregisterImage } from "./images/deregister";
import { describeImages } from "./images/describe";
import { imageLifecycleOperations } from "./images/lifecycle";
import { registerImage } from "./images/register";
import { imageSettingsOperations } from "./images/settings";
import { describeStoreImageTasks } from "./images/storing/describe";
import { createRestoreImageTask } from "./images/storing/restore";
import { createStoreImageTask } from "./images/storing/store";
import { describeImageReferences } from "./images/using/references";
import { usageReportOperations } from "./images/using/reports";
import { describeCreditSpecifications } from "./instances/credits";
import { describeInstanceOperations } from "./instances/describe";
import { matchInstanceTypes } from "./instances/matching-types";
import { lifecycleOperations } from "./instances/lifecycle";
import { modifyInstanceMetadataOptions } from "./instances/metadata-options";
import { modifyInstanceAttribute } from "./instances/modify";
import { describeNetworkInterfaces } from "./instances/network-interface";
import { runInstances } from "./instances/run";
import { getLaunchTemplateData } from "./launch-templates/of-instance";
import { launchTemplateReads } from "./launch-templates/describe";
import { launchTemplateWrites } from "./launch-templates/write";
import { describeRegions } from "./regions";
import { snapshotAttributeOperations } from "./snapshots/attributes";
import { copySnapshot } from "./snapshots/copy";
import { createSnapshot } from "./snapshots/create";
import { createSnapshots } from "./snapshots/create-several";
import { deleteSnapshot } from "./snapshots/delete";
import { recycleBinOperations } from "./recycle-bin";
import { describeSnapshots } from "./snapshots/describe";
import { snapshotLockOperations } from "./snapshots/lock";
import { snapshotTierOperations } from "./snapshots/tier";
import { emptyEc2State, type Ec2State } from "./state";
import { tagOperations } from "./tags/operations";
import { attachmentOperations } from "./volumes/attach";
import { createVolume } from "./volumes/create";
import { describeVolumes } from "./volumes/describe";
import { modificationOperations } from "./volumes/modify";

export { imageDirectory } from "./catalogue";
export { emptyEc2State, type Ec2State } from "./state";
export { handleEc2Work } from "./work";

/**
 * EC2, as far as copies of images need it: instances, volumes, snapshots, images, tags and EBS defaults are answered
 * here, networks by moto.
 * @param state shared with Auto Scaling, which launches into it @default - an empty one
 */
export function ec2Service(state: Ec2State = emptyEc2State()): MountedService {
  return {
    name: "ec2",
    protocol: "ec2",
    xmlNamespace: XML_NAMESPACE,
    operations: {
      ...ebsDefaultOperations(state),
      ...imageAttributeOperations(state),
      ...imageLifecycleOperations(state),
      ...imageSettingsOperations(state),
      ...attachmentOperations(state),
      ...describeInstanceOperations(state),
      ...fleetOperations(state),
      ...spotFleetOperations(state),
      ...modificationOperations(state),
      ...recycleBinOperations(),
      ...snapshotLockOperations(state),
      ...snapshotTierOperations(state),
      ...launchTemplateReads(state),
      ...launchTemplateWrites(state),
      ...lifecycleOperations(state),
      ...snapshotAttributeOperations(state),
      ...tagOperations(state),
      ...usageReportOperations(state),
      CopyImage: copyImage(state),
      CopySnapshot: copySnapshot(state),
      CreateImage: createImage(state),
      CreateRestoreImageTask: createRestoreImageTask(state),
      CreateSnapshot: createSnapshot(state),
      CreateSnapshots: createSnapshots(state),
      CreateStoreImageTask: createStoreImageTask(state),
      CreateVolume: createVolume(state),
      DeleteSnapshot: deleteSnapshot(state),
      DeregisterImage: deregisterImage(state),
      DescribeImageReferences: describeImageReferences(state),
      DescribeImages: describeImages(state),
      DescribeInstanceCreditSpecifications: describeCreditSpecifications(state),
      DescribeNetworkInterfaces: describeNetworkInterfaces(state),
      DescribeRegions: describeRegions(),
      DescribeSnapshots: describeSnapshots(state),
      DescribeStoreImageTasks: describeStoreImageTasks(state),
      DescribeVolumes: describeVolumes(state),
      GetInstanceTypesFromInstanceRequirements: matchInstanceTypes(),
      GetLaunchTemplateData: getLaunchTemplateData(state),
      ModifyInstanceAttribute: modifyInstanceAttribute(state),
      ModifyInstanceMetadataOptions: modifyInstanceMetadataOptions(state),
      RegisterImage: registerImage(state),
      RunInstances: runInstances(state),
    },
    forwarded: FORWARDED,
    relays: FORWARDED_RELAYS,
  };
}
