import {
  autoScalingGroupArn,
  autoScalingServiceLinkedRoleArn,
  iamArn,
  parameterArn,
  roleArn,
} from "@keyferry/common";
import type { RequestPrincipal } from "@keyferry/evaluator";
import { overflowPolicyPrefix, type RunnerAccess } from "../runner";
import { asks, callOf, questionOf, type Caller, type ProofCall, type Question } from "./call";

/** An example id: a policy cannot contain an id that is not known beforehand. */
const GROUP_ID = "01234567-89ab-cdef-0123-456789abcdef";

/** The operator assumes the runner role. */
export function enterCalls(operator: RequestPrincipal, access: RunnerAccess): readonly ProofCall[] {
  const { partition, account, externalId } = access;
  const caller = { principal: operator, partition, region: "" };
  return [
    callOf(
      caller,
      "the runner role is assumed",
      "sts:AssumeRole",
      roleArn(partition, account, access.roleName),
      {
        resourceAccount: account,
        context: externalId === undefined ? {} : { "sts:ExternalId": externalId },
        pins: externalId === undefined ? [] : ["sts:ExternalId"],
      },
    ),
  ];
}

/** The doctor reads an account's settings; these actions have no resource. */
export function settingsCalls(caller: Caller): readonly ProofCall[] {
  return [
    "ec2:DescribeRegions",
    "ec2:GetEbsDefaultKmsKeyId",
    "ec2:GetEbsEncryptionByDefault",
    "ec2:GetImageBlockPublicAccessState",
    "ec2:GetSnapshotBlockPublicAccessState",
  ].map((action) =>
    callOf(caller, "the doctor reads settings", action, "*", { pins: ["aws:RequestedRegion"] }),
  );
}

/** The quotas for copies in progress are read before copies are started; these actions have no resource. */
export function quotaCalls(caller: Caller): readonly ProofCall[] {
  return ["servicequotas:ListAWSDefaultServiceQuotas", "servicequotas:ListServiceQuotas"].map((action) =>
    callOf(caller, "quotas are read", action, "*", { pins: ["aws:RequestedRegion"] }),
  );
}

/** The doctor checks whether the service-linked role of Auto Scaling exists. */
export function findAutoScalingRoleCalls(caller: Caller): readonly ProofCall[] {
  const { partition, principal } = caller;
  const { account } = principal;
  return [
    autoScalingServiceLinkedRoleArn(partition, account),
    roleArn(partition, account, "AWSServiceRoleForAutoScaling"),
  ].map((resource) => callOf(caller, "the doctor checks launches", "iam:GetRole", resource));
}

/** The doctor checks whether Auto Scaling can launch, and has launched. */
export function launchLookCalls(caller: Caller): readonly ProofCall[] {
  return [
    ...findAutoScalingRoleCalls(caller),
    callOf(caller, "the doctor checks launches", "autoscaling:DescribeScalingActivities", "*", {
      pins: ["aws:RequestedRegion"],
    }),
  ];
}

/** The image that a group's instances run is read, and whether its instance type supports the image; these actions have no resource. */
export function groupLookCalls(caller: Caller): readonly ProofCall[] {
  const actionsOf = {
    "a group is read": [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeInstanceRefreshes",
      "ec2:DescribeInstances",
    ],
    "the doctor checks instance types": [
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeSubnets",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ],
  };
  return Object.entries(actionsOf).flatMap(([when, actions]) =>
    actions.map((action) => callOf(caller, when, action, "*", { pins: ["aws:RequestedRegion"] })),
  );
}

/** The instances of a group are replaced, and the replacement is cancelled. */
export function refreshCalls(caller: Caller, group: string): readonly ProofCall[] {
  const { partition, region, principal } = caller;
  const resource = autoScalingGroupArn(partition, region, principal.account, group, GROUP_ID);
  return ["autoscaling:StartInstanceRefresh", "autoscaling:CancelInstanceRefresh"].map((action) =>
    callOf(caller, "a group's instances are replaced", action, resource),
  );
}

/** The lease, the intent and the rollback of a rule, in the account and Region of its source image. */
export function bookCalls(caller: Caller, topology: string, rule: string): readonly ProofCall[] {
  const tagged = tagParameter(caller.region, "the record of the run is tagged", topology);
  return ["lease", `${rule}/intent`, `${rule}/rollback`].flatMap((page) => {
    const name = `/keyferry/${topology}/${page}`;
    return [
      ...["ssm:GetParameters", "ssm:GetParameterHistory", "ssm:PutParameter", "ssm:DeleteParameter"].map(
        (action) => callOf(caller, "the run is recorded", action, parameter(caller, name)),
      ),
      asks(caller.principal, tagged, parameter(caller, name)),
    ];
  });
}

/** Records that rules left before they were removed from the topology are found and deleted. */
export function tidyCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const when = "records of a removed rule are deleted";
  const path = `/keyferry/${topology}`;
  return [
    callOf(caller, when, "ssm:GetParametersByPath", parameter(caller, path)),
    ...["lease", "dropped/intent", "dropped/rollback"].map((page) =>
      callOf(caller, when, "ssm:DeleteParameter", parameter(caller, `${path}/${page}`)),
    ),
  ];
}

/** Parameters that a removed rule has published are found by their tags; the action has no resource. */
export function findPublishedCalls(caller: Caller): readonly ProofCall[] {
  return [
    callOf(caller, "parameters of a removed rule are found", "ssm:DescribeParameters", "*", {
      pins: ["aws:RequestedRegion"],
    }),
  ];
}

/**
 * A proved copy is published; a rollback reads the parameter's previous values.
 * @param questions for callers that ask them for many parameters of the Region
 */
export function publishCalls(
  { principal, region }: Caller,
  topology: string,
  name: string,
  questions = publishQuestions(region, topology),
): readonly ProofCall[] {
  const resource = parameterArn(region, principal.account, name);
  return questions.map((question) => asks(principal, question, resource));
}

export function publishQuestions(region: string, topology: string): readonly Question[] {
  return [
    ...["ssm:GetParameters", "ssm:GetParameterHistory", "ssm:ListTagsForResource", "ssm:PutParameter"].map(
      (action) => questionOf(region, "a proved copy is published", action),
    ),
    tagParameter(region, "the published parameter is tagged", topology),
  ];
}

/** PutParameter with tags also requires this action. */
function tagParameter(region: string, when: string, topology: string): Question {
  return questionOf(region, when, "ssm:AddTagsToResource", {
    context: {
      "aws:RequestTag/keyferry:topology": topology,
      "aws:TagKeys": ["keyferry:topology", "keyferry:role"],
    },
    pins: ["aws:RequestTag/keyferry:topology", "aws:TagKeys"],
  });
}

/** The service-linked role of Auto Scaling is created if it does not exist. */
export function makeAutoScalingRoleCalls(caller: Caller): readonly ProofCall[] {
  const { partition, principal } = caller;
  const resource = autoScalingServiceLinkedRoleArn(partition, principal.account);
  return [
    callOf(caller, "the launch is prepared", "iam:CreateServiceLinkedRole", resource, {
      context: { "iam:AWSServiceName": "autoscaling.amazonaws.com" },
      pins: ["iam:AWSServiceName"],
    }),
  ];
}

/** When a copy is refused, the script reads the policies of its own role. */
export function readRoleCalls(caller: Caller): readonly ProofCall[] {
  const { principal, partition } = caller;
  const role = principal.roleArn ?? principal.arn;
  const name = role.slice(role.lastIndexOf("/") + 1);
  const when = "a refused copy is explained";
  return [
    ...["iam:ListRolePolicies", "iam:ListAttachedRolePolicies", "iam:GetRolePolicy"].map((action) =>
      callOf(caller, when, action, role),
    ),
    ...["1", "10"].flatMap((number) => {
      const policy = iamArn(partition, principal.account, `policy/${overflowPolicyPrefix(name)}${number}`);
      return ["iam:GetPolicy", "iam:GetPolicyVersion"].map((action) => callOf(caller, when, action, policy));
    }),
  ];
}

function parameter({ region, principal }: Caller, name: string): string {
  return parameterArn(region, principal.account, name);
}
