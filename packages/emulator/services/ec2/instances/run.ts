import type { AccessCheck, Call, Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, imageCheck, ownCheck, requestTagContext, tagOnCreateCheck } from "../access";
import { remember, remembered } from "../answers";
import { visibleImage } from "../catalogue";
import { answerItems, missingParameter, object, requiredText, text, whole } from "../input";
import { placeOf } from "../launch-templates/find";
import { ec2Operation } from "../operation";
import type { Ec2State, Instance, InstanceSettings } from "../state";
import { parameterResource } from "../../ssm/service";
import { readTagSpecifications, tagsOf } from "../tags/tags";
import { reservationAnswer } from "./describe";
import { parameterOf, resolveImageId } from "./image-id";
import { launch } from "./launch";
import {
  LAUNCH_TAGGED,
  mergeSpecifications,
  readSpecification,
  type LaunchSpecification,
} from "./specification";
import { OPTION_PARAMETERS } from "./options";
import { groupIdsNamed } from "./placement";
import { spotRole } from "./spot";
import { findTemplate, readTemplateReference } from "./template";

/** RunInstances. Parameters that are only descriptive are stored and returned. */
export function runInstances(state: Ec2State) {
  return ec2Operation({
    parameters: [
      "ImageId",
      "InstanceType",
      "MinCount",
      "MaxCount",
      "BlockDeviceMapping",
      "LaunchTemplate",
      "TagSpecification",
      "ClientToken",
      "SubnetId",
      "Placement",
      "SecurityGroupId",
      "NetworkInterface",
      "KeyName",
      "UserData",
      "IamInstanceProfile",
      "MetadataOptions",
      "Monitoring",
      "EbsOptimized",
      "DisableApiTermination",
      "InstanceInitiatedShutdownBehavior",
      "InstanceMarketOptions",
      "PrivateIpAddress",
      "SecurityGroup",
      ...OPTION_PARAMETERS,
    ],
    checks: (call, cloud) => launchChecks(state, call, cloud, specificationOf(state, call)),
    run: (call, cloud) => run(state, call, cloud),
  });
}

function specificationOf(state: Ec2State, call: Call): LaunchSpecification {
  const own = readSpecification(call.input, readTagSpecifications(call.input, LAUNCH_TAGGED));
  const reference = readTemplateReference(object(call.input, "LaunchTemplate"));
  if (reference === undefined) return own;
  const template = findTemplate(state, placeOf(call), reference);
  return mergeSpecifications(own, template.specification);
}

/**
 * Every resource that a launch uses must be allowed. Source: EC2 user guide, "Example policies", "Launch instances".
 * Auto Scaling requires the same of a caller that gives a group its launch template.
 */
export async function launchChecks(
  state: Ec2State,
  call: Call,
  cloud: Cloud,
  specification: LaunchSpecification,
): Promise<readonly AccessCheck[]> {
  const run = { ...call, operation: "RunInstances" };
  const instance = ec2Arn(call, "instance/*");
  const volume = ec2Arn(call, "volume/*");
  const networkInterface = ec2Arn(call, "network-interface/*");
  const { template, subnetId, imageId, settings } = specification;
  const { account } = call.caller;
  const named = await groupIdsNamed(cloud, account, call.region, specification.securityGroupNames);
  return [
    ...(await imageChecks(state, run, cloud, imageId)),
    ownCheck(run, instance, {
      ...requestTagContext(specification.instanceTags),
      ...(specification.instanceType === undefined ? {} : { "ec2:InstanceType": specification.instanceType }),
    }),
    ownCheck(run, volume, requestTagContext(specification.volumeTags)),
    ownCheck(run, networkInterface, requestTagContext(specification.interfaceTags)),
    ownCheck(run, ec2Arn(call, `subnet/${subnetId ?? "*"}`)),
    ...[...specification.securityGroupIds, ...named].map((id) =>
      ownCheck(run, ec2Arn(call, `security-group/${id}`)),
    ),
    ...(settings.keyName === undefined ? [] : [ownCheck(run, ec2Arn(call, `key-pair/${settings.keyName}`))]),
    ...(specification.isSpot ? [ownCheck(run, ec2Arn(call, "spot-instances-request/*"))] : []),
    ...(template === undefined ? [] : [ownCheck(run, ec2Arn(call, `launch-template/${template.id}`))]),
    ...tagOnCreateCheck(run, instance, specification.instanceTags),
    ...tagOnCreateCheck(run, volume, specification.volumeTags),
    ...tagOnCreateCheck(run, networkInterface, specification.interfaceTags),
    ...(await passRoleChecks(call, cloud, settings.instanceProfile)),
  ];
}

/** An image behind a parameter also needs the permission to read the parameter. */
async function imageChecks(
  state: Ec2State,
  call: Call,
  cloud: Cloud,
  reference: string | undefined,
): Promise<readonly AccessCheck[]> {
  if (reference === undefined) return [];
  const { account } = call.caller;
  const parameter = parameterOf(reference);
  const read: readonly AccessCheck[] =
    parameter === undefined
      ? []
      : [
          {
            action: "ssm:GetParameters",
            resource: parameterResource(call, parameter),
          },
        ];
  const imageId = await resolveImageId(cloud, account, call.region, reference);
  const image = visibleImage(state, imageId, account, call.region);
  return [...read, imageCheck(call, call.region, imageId, image, tagsOf(state, account, imageId))];
}

/** The roles of an instance profile are passed to EC2; a profile that does not exist passes none. */
async function passRoleChecks(
  call: Call,
  cloud: Cloud,
  profile: InstanceSettings["instanceProfile"],
): Promise<readonly AccessCheck[]> {
  const name = profile?.name ?? profile?.arn?.split("/").pop();
  if (name === undefined) return [];
  const answer = await cloud.moto.query("iam", call.caller.account, call.region, "GetInstanceProfile", {
    InstanceProfileName: name,
  });
  const found = object(answer, "InstanceProfile");
  return answerItems(found.Roles).map((role) => ({
    action: "iam:PassRole",
    resource: requiredText(role, "Arn"),
    context: { "iam:PassedToService": "ec2.amazonaws.com" },
  }));
}

async function run(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const earlier = remembered(state, call);
  if (earlier !== undefined) return answer(state, call, earlier);
  const count = instanceCount(call);
  const specification = specificationOf(state, call);
  const keyUser = specification.isSpot ? await spotRole(call, cloud) : undefined;
  const instances = await launch(
    state,
    cloud,
    {
      launcher: call.caller,
      region: call.region,
      specification,
      count,
      clientToken: text(call.input, "ClientToken"),
      keyUser,
    },
    () => remembered(state, call) === undefined,
  );
  const ids = remembered(state, call) ?? instances.map((instance) => instance.instanceId);
  remember(state, call, ids);
  return answer(state, call, ids);
}

/** There is always capacity, so MaxCount instances are launched. @throws InvalidParameterCombination */
function instanceCount(call: Call): number {
  const least = whole(call.input, "MinCount");
  const most = whole(call.input, "MaxCount");
  if (least === undefined) throw missingParameter("MinCount");
  if (most === undefined) throw missingParameter("MaxCount");
  if (least < 1 || most < least) {
    throw new AwsError(
      "InvalidParameterCombination",
      `MinCount ${least} and MaxCount ${most} do not fit together.`,
    );
  }
  return most;
}

function answer(state: Ec2State, call: Call, ids: readonly string[]): JsonObject {
  const instances = ids
    .map((id) => state.instances[id])
    .filter((found): found is Instance => found !== undefined);
  return reservationAnswer(state, call.caller.account, instances);
}
