import type { JsonObject } from "../../../contract";
import { addTemplate, createBench, IRELAND, linux, SRC, TEMPLATE, type Bench } from "../ec2/lib/bench";

export const ROLE = "AWSServiceRoleForAutoScaling";

/** A launch template whose root volume is under the key. */
export function template(bench: Bench, key?: string, imageId = "resolve:ssm:/images/web"): void {
  const encryption = key === undefined ? {} : { Encrypted: "true", KmsKeyId: key };
  bench.parameters["/images/web"] = linux(IRELAND);
  addTemplate(bench, {
    ImageId: imageId,
    InstanceType: "t3.micro",
    BlockDeviceMapping: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: "8", ...encryption } }],
  });
}

export const create = (bench: Bench, more: JsonObject = {}): Promise<JsonObject> =>
  bench.call(SRC, IRELAND, "CreateAutoScalingGroup", {
    AutoScalingGroupName: "web",
    LaunchTemplate: { LaunchTemplateId: TEMPLATE, Version: "$Latest" },
    MinSize: "0",
    MaxSize: "4",
    DesiredCapacity: "2",
    VPCZoneIdentifier: "subnet-a,subnet-b",
    ...more,
  });

/** A group of SRC whose instances are in service. */
export async function inService(more: JsonObject = {}, imageId?: string): Promise<Bench> {
  const bench = createBench();
  template(bench, undefined, imageId);
  await create(bench, more);
  await bench.clock.advance(60);
  return bench;
}

/** A new version of the launch template, which is its latest. */
export async function addVersion(bench: Bench, data: JsonObject): Promise<void> {
  await bench.call(SRC, IRELAND, "CreateLaunchTemplateVersion", {
    LaunchTemplateId: TEMPLATE,
    SourceVersion: "1",
    LaunchTemplateData: data,
  });
}

export const onGroup = (bench: Bench, operation: string, more: JsonObject = {}): Promise<JsonObject> =>
  bench.call(SRC, IRELAND, operation, { ...named, ...more });

export const refusedOnGroup = (bench: Bench, operation: string, more: JsonObject = {}): Promise<string> =>
  bench.refusal(SRC, IRELAND, operation, { ...named, ...more });

export const named = { AutoScalingGroupName: "web" };

export async function group(bench: Bench): Promise<JsonObject> {
  const answer = await bench.call(SRC, IRELAND, "DescribeAutoScalingGroups", {
    AutoScalingGroupNames: ["web"],
  });
  return (answer.AutoScalingGroups as readonly JsonObject[])[0] ?? {};
}

export async function members(bench: Bench): Promise<readonly JsonObject[]> {
  return ((await group(bench)).Instances ?? []) as readonly JsonObject[];
}

export async function activities(bench: Bench): Promise<readonly JsonObject[]> {
  return (await bench.call(SRC, IRELAND, "DescribeScalingActivities", named))
    .Activities as readonly JsonObject[];
}

export async function idsOf(bench: Bench): Promise<readonly string[]> {
  return (await members(bench)).map(({ InstanceId }) => String(InstanceId));
}
