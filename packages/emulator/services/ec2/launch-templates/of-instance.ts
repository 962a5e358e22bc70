/**
 * GetLaunchTemplateData: the data of a template that launches an instance like the given one. Source: EC2 API
 * reference, "GetLaunchTemplateData".
 */
import type { Call, Json, JsonObject, Operation } from "../../../contract";
import { anyResource } from "../access";
import { requiredText } from "../input";
import { cpuCreditsOf } from "../instances/credits";
import { ownInstance, volumesOf } from "../instances/lifecycle";
import { httpTokens } from "../instances/metadata";
import { profileArn } from "../instances/wire";
import { ec2Operation } from "../operation";
import type { Ec2State, Instance, Volume } from "../state";
import { tagsOf } from "../tags/tags";
import { dataAnswer } from "./data";

export function getLaunchTemplateData(state: Ec2State): Operation {
  return ec2Operation({
    parameters: ["InstanceId"],
    checks: anyResource,
    run(call) {
      const instance = ownInstance(state, call, requiredText(call.input, "InstanceId"));
      return { launchTemplateData: dataAnswer(present(dataOf(state, call, instance))) };
    },
  });
}

/** In the form of a request. */
function dataOf(state: Ec2State, call: Call, instance: Instance): Readonly<Record<string, Json>> {
  const { settings, network } = instance;
  const arn = profileArn(instance);
  const cpuCredits = cpuCreditsOf(instance);
  const tags = Object.entries(tagsOf(state, call.caller.account, instance.instanceId)).filter(
    ([key]) => !key.startsWith("aws:"),
  );
  return {
    ImageId: instance.imageId,
    InstanceType: instance.instanceType,
    KeyName: settings.keyName,
    EbsOptimized: settings.ebsOptimized ?? false,
    DisableApiTermination: settings.disableApiTermination ?? false,
    DisableApiStop: settings.disableApiStop ?? false,
    InstanceInitiatedShutdownBehavior: settings.shutdownBehavior ?? "stop",
    UserData: settings.userData,
    IamInstanceProfile: arn === undefined ? undefined : { Arn: arn },
    Monitoring: { Enabled: settings.monitoring ?? false },
    Placement: { AvailabilityZone: instance.availabilityZone, GroupName: "", Tenancy: "default" },
    CreditSpecification: cpuCredits === undefined ? undefined : { CpuCredits: cpuCredits },
    BlockDeviceMapping: volumesOf(state, instance).map(deviceOf),
    NetworkInterface: [
      {
        AssociatePublicIpAddress: network.isPublic,
        DeleteOnTermination: true,
        DeviceIndex: 0,
        SecurityGroupId: instance.securityGroups.map(({ groupId }) => groupId),
        SubnetId: instance.subnetId,
      },
    ],
    MetadataOptions: {
      HttpEndpoint: settings.httpEndpoint ?? "enabled",
      HttpPutResponseHopLimit: settings.httpPutResponseHopLimit ?? 2,
      HttpTokens: httpTokens(instance),
      InstanceMetadataTags: settings.instanceMetadataTags ?? "disabled",
    },
    TagSpecification:
      tags.length === 0
        ? undefined
        : [{ ResourceType: "instance", Tag: tags.map(([Key, Value]) => ({ Key, Value })) }],
  };
}

function deviceOf(volume: Volume): JsonObject {
  return {
    DeviceName: volume.attachment?.deviceName,
    Ebs: present({
      DeleteOnTermination: volume.attachment?.deleteOnTermination,
      Encrypted: volume.keyArn !== undefined,
      Iops: volume.iops,
      KmsKeyId: volume.keyArn,
      SnapshotId: volume.snapshotId,
      Throughput: volume.throughput,
      VolumeSize: volume.size,
      VolumeType: volume.volumeType,
    }),
  };
}

function present(data: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));
}
