/** The IAM permissions needed to create and update a group. */
import type { AccessCheck, Call, Cloud, JsonObject } from "../../contract";
import { text } from "../ec2/input";
import { launchChecks } from "../ec2/instances/run";
import { mergeSpecifications, readSpecification } from "../ec2/instances/specification";
import { findTemplate } from "../ec2/instances/template";
import { placeOf } from "../ec2/launch-templates/find";
import type { Ec2State } from "../ec2/state";
import { groupCheck, onNamedGroup } from "./access";
import { readConfiguration } from "./configuration";
import { asValidation, required } from "./input";
import { readGroupTags } from "./settings";
import type { AutoScalingState } from "./state";

/** A caller that gives a group a launch template must be allowed to launch from it. */
export async function createChecks(ec2: Ec2State, call: Call, cloud: Cloud): Promise<readonly AccessCheck[]> {
  const name = required(call.input, "AutoScalingGroupName");
  const tags = Object.fromEntries(
    Object.values(readGroupTags(call.input)).map((tag) => [tag.key, tag.value]),
  );
  const check = groupCheck(call, name, undefined, tags);
  const tagging =
    Object.keys(tags).length === 0 ? [] : [{ ...check, action: "autoscaling:CreateOrUpdateTags" }];
  return [check, ...tagging, ...(await templateChecks(ec2, call, cloud))];
}

/** As for creation: the caller must be allowed to launch from a new launch template. */
export async function updateChecks(
  state: AutoScalingState,
  ec2: Ec2State,
  call: Call,
  cloud: Cloud,
): Promise<readonly AccessCheck[]> {
  return [...(await onNamedGroup(state)(call, cloud)), ...(await templateChecks(ec2, call, cloud))];
}

/** @param holder of the template or policy @default - the call itself */
export async function templateChecks(
  ec2: Ec2State,
  call: Call,
  cloud: Cloud,
  holder: JsonObject = call.input,
): Promise<readonly AccessCheck[]> {
  const options = readConfiguration(holder)?.options ?? [];
  const subnet = text(call.input, "VPCZoneIdentifier")?.split(",")[0];
  return asValidation(async () => {
    const checks: AccessCheck[] = [];
    for (const { template, instanceType, imageId } of options) {
      const { id, specification } = findTemplate(ec2, placeOf(call), template);
      const own = readSpecification(
        { ImageId: imageId, InstanceType: instanceType, SubnetId: subnet },
        { instance: {}, volume: {} },
      );
      const needed = await launchChecks(ec2, call, cloud, mergeSpecifications(own, specification));
      checks.push(...needed.map((check) => ({ ...check, refusal: refusalOf(id) })));
    }
    return checks;
  });
}

/** Auto Scaling does not say which permission is missing. Source: EC2 Auto Scaling user guide, "Troubleshoot EC2 Auto Scaling: launch templates". */
function refusalOf(templateId: string): string {
  return `You are not authorized to use launch template: ${templateId}`;
}
