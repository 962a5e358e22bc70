import {
  AutoScalingGroup,
  EncryptedLaunchTemplate,
  type AutoScalingGroupProps,
  type EncryptedLaunchTemplateProps,
} from "../../../constructs";
import { onlyResource, synthesisedScope } from "../../_helpers/synthesised";

const KEY = { keyArn: "arn:aws:kms:eu-west-1:111111111111:key/1", keyId: "1" };

function synthesised(
  template: Partial<EncryptedLaunchTemplateProps> = {},
  group: Partial<AutoScalingGroupProps> = {},
) {
  return synthesisedScope((scope) => {
    const launchTemplate = new EncryptedLaunchTemplate(scope, "template", {
      launchTemplateName: "web",
      imageId: "resolve:ssm:/images/web",
      instanceType: "t3.micro",
      ...template,
    });
    new AutoScalingGroup(scope, "group", {
      autoScalingGroupName: "web",
      launchTemplate,
      minSize: 1,
      maxSize: 2,
      availabilityZones: ["eu-west-1a"],
      ...group,
    });
  });
}

function templateOf(props: Partial<EncryptedLaunchTemplateProps> = {}) {
  return onlyResource(synthesised(props), "aws_launch_template");
}

function groupOf(props: Partial<AutoScalingGroupProps> = {}) {
  return onlyResource(synthesised({}, props), "aws_autoscaling_group");
}

test("a group can launch from an existing launch template", () => {
  const launchTemplate = { launchTemplateId: "lt-0123456789abcdef0", latestVersion: "7" };
  expect(groupOf({ launchTemplate })).toMatchObject({
    launch_template: { id: "lt-0123456789abcdef0", version: "7" },
  });
  expect(groupOf({ launchTemplate: { ...launchTemplate, choosesInstanceTypes: true } })).not.toHaveProperty(
    "launch_template",
  );
});

test("instance metadata requires a session token (IMDSv2)", () => {
  expect(templateOf()).toMatchObject({ metadata_options: { http_tokens: "required" } });
});

test("the template sets no block devices unless devices are given", () => {
  expect(templateOf()).not.toHaveProperty("block_device_mappings");
});

test("each given device is encrypted under the key", () => {
  const ebs = { encrypted: "true", kms_key_id: KEY.keyArn };
  expect(
    templateOf({ encryptedDevices: { key: KEY, deviceNames: ["/dev/xvda", "/dev/sdf"] } }),
  ).toMatchObject({
    block_device_mappings: [
      { device_name: "/dev/xvda", ebs },
      { device_name: "/dev/sdf", ebs },
    ],
  });
});

test("tags reach instances and volumes", () => {
  const tags = { team: "platform" };
  expect(templateOf({ instanceTags: tags })).toMatchObject({
    tag_specifications: [
      { resource_type: "instance", tags },
      { resource_type: "volume", tags },
    ],
  });
  expect(groupOf({ instanceTags: tags })).toMatchObject({
    tag: [{ key: "team", value: "platform", propagate_at_launch: true }],
  });
});

test("the group follows the template's newest version and waits for its instances", () => {
  const stack = synthesised();
  const [id] = Object.keys(stack.resource?.["aws_launch_template"] ?? {});
  expect(onlyResource(stack, "aws_autoscaling_group")).toMatchObject({
    launch_template: {
      id: `\${aws_launch_template.${id}.id}`,
      version: `\${aws_launch_template.${id}.latest_version}`,
    },
    wait_for_capacity_timeout: "10m",
  });
});

test("scaling policies decide how many instances run, not Terraform", () => {
  expect(groupOf()).not.toHaveProperty("desired_capacity");
});

test("a group launches into subnets or into Availability Zones", () => {
  expect(groupOf({ availabilityZones: [], subnetIds: ["subnet-1"] })).toMatchObject({
    vpc_zone_identifier: ["subnet-1"],
  });
  expect(() => groupOf({ availabilityZones: [] })).toThrow("is not given, allowed is either subnetIds or");
  expect(() => groupOf({ subnetIds: ["subnet-1"] })).toThrow("is given twice");
});

describe("a template with all props", () => {
  const REQUIREMENTS = { vCpus: { min: 2, max: 4 }, memoryMiB: { min: 4096 }, cpuManufacturers: ["amd"] };

  test("launches with its security groups, profile, key pair, monitoring and metadata options", () => {
    expect(
      templateOf({
        securityGroupIds: ["sg-1"],
        instanceProfile: "web",
        keyName: "ops",
        detailedMonitoring: true,
        metadata: { httpTokens: "optional", hopLimit: 2, instanceTags: true },
      }),
    ).toMatchObject({
      vpc_security_group_ids: ["sg-1"],
      iam_instance_profile: { name: "web" },
      key_name: "ops",
      monitoring: { enabled: true },
      metadata_options: {
        http_endpoint: "enabled",
        http_tokens: "optional",
        http_put_response_hop_limit: 2,
        instance_metadata_tags: "enabled",
      },
    });
    const arn = "arn:aws:iam::111111111111:instance-profile/web";
    expect(templateOf({ instanceProfile: arn })).toMatchObject({ iam_instance_profile: { arn } });
  });

  test("encodes user data unchanged, even if it contains Terraform expressions", () => {
    const userData = "#!/bin/sh\necho ${HOME} %{if}";
    const encoded = String(templateOf({ userData })["user_data"]);
    expect(Buffer.from(encoded, "base64").toString()).toBe(userData);
  });

  test("changes volumes by device name, with a key and without one", () => {
    const volumes = {
      "/dev/xvda": { sizeGiB: 100, type: "gp3", iops: 4000, throughput: 250 },
      "/dev/sdf": { deleteOnTermination: false },
    };
    const changed = { volume_size: 100, volume_type: "gp3", iops: 4000, throughput: 250 };
    expect(templateOf({ volumes })["block_device_mappings"]).toEqual([
      { device_name: "/dev/xvda", ebs: changed },
      { device_name: "/dev/sdf", ebs: { delete_on_termination: "false" } },
    ]);
    const encryptedDevices = { key: KEY, deviceNames: ["/dev/xvda"] };
    expect(templateOf({ volumes, encryptedDevices })["block_device_mappings"]).toEqual([
      { device_name: "/dev/xvda", ebs: { encrypted: "true", kms_key_id: KEY.keyArn, ...changed } },
      { device_name: "/dev/sdf", ebs: { delete_on_termination: "false" } },
    ]);
  });

  test("with instance requirements is launched through a mixed instances policy, only from an image id", () => {
    const stack = synthesised({
      instanceType: undefined,
      imageId: "ami-0123456789abcdef0",
      instanceRequirements: REQUIREMENTS,
    });
    expect(onlyResource(stack, "aws_launch_template")).toMatchObject({
      instance_requirements: {
        vcpu_count: { min: 2, max: 4 },
        memory_mib: { min: 4096 },
        cpu_manufacturers: ["amd"],
      },
    });
    const group = onlyResource(stack, "aws_autoscaling_group");
    expect(group).toMatchObject({
      mixed_instances_policy: {
        launch_template: {
          launch_template_specification: { version: expect.stringContaining("latest_version") },
        },
      },
    });
    expect(group).not.toHaveProperty("launch_template");
    expect(() => templateOf({ instanceType: undefined, instanceRequirements: REQUIREMENTS })).toThrow(
      "EC2 Auto Scaling does not support a parameter with them",
    );
  });
});

test("a group is registered with its load balancers, uses their health checks, and is refreshed when its template changes", () => {
  const targetGroupArns = [
    "arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/web/0123456789abcdef",
  ];
  expect(
    groupOf({
      desiredCapacity: 2,
      targetGroupArns,
      healthCheck: { type: "ELB", gracePeriodSeconds: 120 },
      instanceRefresh: {
        minHealthyPercentage: 100,
        maxHealthyPercentage: 110,
        instanceWarmupSeconds: 60,
        checkpoints: { percentages: [50, 100], delaySeconds: 600 },
        alarms: ["errors"],
        protectedInstances: "replace",
        standbyInstances: "ignore",
        autoRollback: true,
      },
    }),
  ).toMatchObject({
    desired_capacity: 2,
    target_group_arns: targetGroupArns,
    health_check_type: "ELB",
    health_check_grace_period: 120,
    instance_refresh: {
      strategy: "Rolling",
      preferences: {
        min_healthy_percentage: 100,
        max_healthy_percentage: 110,
        instance_warmup: "60",
        checkpoint_percentages: [50, 100],
        checkpoint_delay: "600",
        alarm_specification: { alarms: ["errors"] },
        scale_in_protected_instances: "Refresh",
        standby_instances: "Ignore",
        auto_rollback: true,
      },
    },
  });
});

test.each([
  [{ instanceType: undefined }, "the choice of the instance type is not made"],
  [
    { imageId: "ami-0123456789abcdef0", instanceRequirements: { vCpus: { min: 2 }, memoryMiB: { min: 1 } } },
    "the choice of the instance type is made twice",
  ],
  [{ userData: "x".repeat(16_385) }, "the size of userData is 16385"],
  [{ metadata: { hopLimit: 65 } }, "metadata.hopLimit is 65"],
  [{ launchTemplateName: "a b" }, 'launchTemplateName is "a b"'],
  [{ imageId: "web" }, 'imageId is "web", allowed is an image id, or resolve:ssm:'],
  [{ encryptedDevices: { key: KEY, deviceNames: [] } }, "deviceNames is empty"],
])("rejects the template props %j", (props, message) => {
  expect(() => templateOf(props)).toThrow(message);
});

test.each([
  [{ desiredCapacity: 3 }, "desiredCapacity is 3, allowed is a whole number from 1 to 2 instances"],
  [{ minSize: -1 }, "minSize is -1, allowed is a whole number of at least 0 instances"],
  [{ minSize: 3 }, "maxSize is 2, allowed is a whole number of at least 3 instances"],
  [{ waitForCapacityTimeout: "soon" }, 'waitForCapacityTimeout is "soon"'],
])("rejects the group props %j", (props, message) => {
  expect(() => groupOf(props)).toThrow(message);
});
