/** What creating and updating a group asks of IAM. */
import type { AccessCheck, Call, Cloud } from "../../contract";
import { text } from "../ec2/input";
import { launchChecks } from "../ec2/instances/run";
import { mergeSpecifications, readSpecification } from "../ec2/instances/specification";
import { findTemplate } from "../ec2/instances/template";
import { placeOf } from "../ec2/launch-templates/find";
import type { Ec2State } from "../ec2/state";
import { groupCheck, onNamedGroup } from "./access";
import { refuseUnknown, required } from "./input";
import { asValidation, GROUP_PARAMETERS, readGroupTags, readTemplate } from "./settings";
import type { AutoScalingState } from "./state";

/** Whoever gives a group a launch template must be allowed to launch from it. */
export async function createChecks(ec2: Ec2State, call: Call, cloud: Cloud): Promise<readonly AccessCheck[]> {
  refuseUnknown(call, [...GROUP_PARAMETERS, "Tags"]);
  const name = required(call.input, "AutoScalingGroupName");
  const tags = Object.fromEntries(
    Object.values(readGroupTags(call.input)).map((tag) => [tag.key, tag.value]),
  );
  const check = groupCheck(call, name, undefined, tags);
  const tagging =
    Object.keys(tags).length === 0 ? [] : [{ ...check, action: "autoscaling:CreateOrUpdateTags" }];
  return [check, ...tagging, ...(await templateChecks(ec2, call, cloud))];
}

/** As for creation: a new launch template must be one that the caller may launch from. */
export async function updateChecks(
  state: AutoScalingState,
  ec2: Ec2State,
  call: Call,
  cloud: Cloud,
): Promise<readonly AccessCheck[]> {
  refuseUnknown(call, GROUP_PARAMETERS);
  return [...(await onNamedGroup(state)(call, cloud)), ...(await templateChecks(ec2, call, cloud))];
}

async function templateChecks(ec2: Ec2State, call: Call, cloud: Cloud): Promise<readonly AccessCheck[]> {
  const choice = readTemplate(call.input);
  if (choice === undefined) return [];
  const subnet = text(call.input, "VPCZoneIdentifier")?.split(",")[0];
  const own = readSpecification(
    { InstanceType: choice.instanceType, SubnetId: subnet },
    { instance: {}, volume: {} },
  );
  return asValidation(async () => {
    const { specification } = findTemplate(ec2, placeOf(call), choice.template);
    return launchChecks(ec2, call, cloud, mergeSpecifications(own, specification));
  });
}
