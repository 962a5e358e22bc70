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

test("an instance's metadata is behind a session token", () => {
  expect(templateOf()).toMatchObject({ metadata_options: { http_tokens: "required" } });
});

test("the image decides about the volumes unless devices are given", () => {
  expect(templateOf()).not.toHaveProperty("block_device_mappings");
});

test("each device given is put under the key", () => {
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

test("a group launches into subnets or into zones", () => {
  expect(groupOf({ availabilityZones: [], subnetIds: ["subnet-1"] })).toMatchObject({
    vpc_zone_identifier: ["subnet-1"],
  });
  expect(() => groupOf({ availabilityZones: [] })).toThrow("is not given, allowed is either subnetIds or");
  expect(() => groupOf({ subnetIds: ["subnet-1"] })).toThrow("is given twice");
});

test.each([
  [{ launchTemplateName: "a b" }, 'launchTemplateName is "a b"'],
  [{ imageId: "web" }, 'imageId is "web", allowed is an image id, or resolve:ssm:'],
  [{ encryptedDevices: { key: KEY, deviceNames: [] } }, "deviceNames is empty"],
])("fails for the template %j", (props, message) => {
  expect(() => templateOf(props)).toThrow(message);
});

test.each([
  [{ minSize: -1 }, "minSize is -1, allowed is a whole number of at least 0 instances"],
  [{ minSize: 3 }, "maxSize is 2, allowed is a whole number of at least 3 instances"],
  [{ waitForCapacityTimeout: "soon" }, 'waitForCapacityTimeout is "soon"'],
])("fails for the group %j", (props, message) => {
  expect(() => groupOf(props)).toThrow(message);
});
