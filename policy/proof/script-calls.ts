import {
  autoScalingGroupArn,
  autoScalingServiceLinkedRoleArn,
  iamArn,
  imageArn,
  parameterArn,
  roleArn,
  snapshotArn,
} from "../../core/arn";
import type { AccessRequest, RequestPrincipal } from "../evaluate/types";
import { overflowPolicyPrefix, type RunnerAccess } from "../runner";
import { asks, callOf, questionOf, type Caller, type ProofCall, type Question } from "./call";

/** Ids stand for any: a policy cannot know them beforehand. */
const IMAGE_ID = "ami-0123456789abcdef0";
const SNAPSHOT_ID = "snap-0123456789abcdef0";
const GROUP_ID = "01234567-89ab-cdef-0123-456789abcdef";

const LINEAGE = ["topology", "node", "role", "source-image", "parent-image", "attempt"].map(
  (name) => `keyferry:${name}`,
);

/** The operator becomes the runner role. */
export function enterCalls(operator: RequestPrincipal, access: RunnerAccess): readonly ProofCall[] {
  const { partition, account, externalId } = access;
  const caller = { principal: operator, partition, region: "" };
  return [
    callOf(caller, "the account is entered", "sts:AssumeRole", roleArn(partition, account, access.roleName), {
      resourceAccount: account,
      context: externalId === undefined ? {} : { "sts:ExternalId": externalId },
      pins: externalId === undefined ? [] : ["sts:ExternalId"],
    }),
  ];
}

/**
 * Images and snapshots are looked at; these actions have no resource. Parameter Store looks at a published image in the
 * caller's name as well. Source: Systems Manager user guide, "Native parameter support for Amazon Machine Image IDs".
 */
export function lookCalls(caller: Caller): readonly ProofCall[] {
  return ["ec2:DescribeImages", "ec2:DescribeSnapshots"].map((action) =>
    callOf(caller, "images are looked at", action, "*", { pins: ["aws:RequestedRegion"] }),
  );
}

/** The doctor looks at an account's settings; these actions have no resource. */
export function settingsCalls(caller: Caller): readonly ProofCall[] {
  return [
    "ec2:DescribeRegions",
    "ec2:GetEbsDefaultKmsKeyId",
    "ec2:GetEbsEncryptionByDefault",
    "ec2:GetImageBlockPublicAccessState",
    "ec2:GetSnapshotBlockPublicAccessState",
  ].map((action) =>
    callOf(caller, "the doctor looks at settings", action, "*", { pins: ["aws:RequestedRegion"] }),
  );
}

/** The doctor looks whether the account admits the images that are shared with it, in the Region where they are. */
export function allowedImagesCalls(caller: Caller, sourceRegion: string): readonly ProofCall[] {
  const there = { ...caller, region: sourceRegion };
  return [
    callOf(there, "the doctor looks at settings", "ec2:GetAllowedImagesSettings", "*", {
      pins: ["aws:RequestedRegion"],
    }),
  ];
}

/** How many copies may be in progress is read before they are begun; these actions have no resource. */
export function quotaCalls(caller: Caller): readonly ProofCall[] {
  return ["servicequotas:ListAWSDefaultServiceQuotas", "servicequotas:ListServiceQuotas"].map((action) =>
    callOf(caller, "quotas are read", action, "*", { pins: ["aws:RequestedRegion"] }),
  );
}

/** The doctor looks whether Auto Scaling can launch, and has launched. */
export function launchLookCalls(caller: Caller): readonly ProofCall[] {
  const { partition, principal } = caller;
  const { account } = principal;
  return [
    ...[
      autoScalingServiceLinkedRoleArn(partition, account),
      roleArn(partition, account, "AWSServiceRoleForAutoScaling"),
    ].map((resource) => callOf(caller, "the doctor looks at launches", "iam:GetRole", resource)),
    callOf(caller, "the doctor looks at launches", "autoscaling:DescribeScalingActivities", "*", {
      pins: ["aws:RequestedRegion"],
    }),
  ];
}

/** Which image a group's instances run is looked at, and whether its instance type can; these actions have no resource. */
export function groupLookCalls(caller: Caller): readonly ProofCall[] {
  const looks = {
    "a group is looked at": [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeInstanceRefreshes",
      "ec2:DescribeInstances",
    ],
    "the doctor looks at instance types": [
      "ec2:DescribeInstanceTypeOfferings",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeSubnets",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ],
  };
  return Object.entries(looks).flatMap(([when, actions]) =>
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

/**
 * CopyImage is checked on the source image. Source: EC2 user guide, "Permissions for copying an AMI".
 */
export function copyFromCalls(caller: Caller, sourceRegion: string): readonly ProofCall[] {
  return [callOf(caller, "the copy: its source", "ec2:CopyImage", imageArn(sourceRegion, IMAGE_ID))];
}

/** CopyImage is checked on the new image and its snapshots as well, and so is their tagging in the same call. */
export function copyCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const { region, principal } = caller;
  const context = {
    "ec2:Owner": principal.account,
    "aws:RequestTag/keyferry:topology": topology,
    "aws:TagKeys": LINEAGE,
  };
  return [imageArn(region, IMAGE_ID), snapshotArn(region, SNAPSHOT_ID)].flatMap((resource) => [
    callOf(caller, "the copy: what it makes", "ec2:CopyImage", resource, { context }),
    callOf(caller, "the copy: its tags", "ec2:CreateTags", resource, {
      context: { ...context, "ec2:CreateAction": "CopyImage" },
      pins: ["ec2:CreateAction"],
    }),
  ]);
}

/** A long list of accounts goes on in a second tag. */
function shareRecordsOf(topology: string): readonly string[] {
  return ["", ":2"].map((part) => `keyferry:shared-with:${topology}/web${part}`);
}

/** A call that shares, and one that withdraws, as conditions see them. AWS names no recipients for images. */
function shareChanges(
  kind: string,
  sharesWith: readonly string[],
): readonly { readonly added: AccessRequest["context"]; readonly pins: readonly string[] }[] {
  if (kind !== "Snapshot") return [{ added: {}, pins: [] }];
  return [
    { added: { "ec2:Add/userId": sharesWith }, pins: ["ec2:Add/userId", "ec2:Add/group"] },
    { added: {}, pins: ["ec2:Add/group"] },
  ];
}

/** Shares are recorded in tags, made, and withdrawn with their records. */
export function shareCalls(
  caller: Caller,
  topology: string,
  sharesWith: readonly string[],
): readonly ProofCall[] {
  const { region, principal } = caller;
  const context = { "ec2:Owner": principal.account };
  const kinds = [
    { resource: imageArn(region, IMAGE_ID), kind: "Image" },
    { resource: snapshotArn(region, SNAPSHOT_ID), kind: "Snapshot" },
  ];
  return kinds.flatMap(({ resource, kind }) => [
    callOf(caller, "shares are read", `ec2:Describe${kind}Attribute`, resource, { context }),
    ...["ec2:CreateTags", "ec2:DeleteTags"].map((action) =>
      callOf(caller, "shares are recorded", action, resource, {
        context: { ...context, "aws:TagKeys": shareRecordsOf(topology) },
        pins: ["aws:TagKeys"],
      }),
    ),
    ...shareChanges(kind, sharesWith).map(({ added, pins }) =>
      callOf(caller, "shares are made and withdrawn", `ec2:Modify${kind}Attribute`, resource, {
        context: { ...context, ...added },
        pins: ["ec2:Owner", "aws:ResourceTag/keyferry:role", ...pins],
      }),
    ),
  ]);
}

/** Transit copies and failed copies are removed. */
export function removeCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const { region, principal } = caller;
  const details = {
    context: { "ec2:Owner": principal.account, "aws:ResourceTag/keyferry:topology": topology },
    pins: ["aws:ResourceTag/keyferry:topology"],
  };
  return [
    callOf(caller, "a copy of ours is removed", "ec2:DeregisterImage", imageArn(region, IMAGE_ID), details),
    callOf(
      caller,
      "a copy of ours is removed",
      "ec2:DeleteSnapshot",
      snapshotArn(region, SNAPSHOT_ID),
      details,
    ),
  ];
}

/** A final copy gets what CopyImage does not carry. */
export function finishCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const { region, principal } = caller;
  const image = imageArn(region, IMAGE_ID);
  const own = {
    "ec2:Owner": principal.account,
    "aws:ResourceTag/keyferry:topology": topology,
    "aws:ResourceTag/keyferry:role": "final",
  };
  const ours = "aws:ResourceTag/keyferry:topology";
  const attribute = (name: string, value: string) =>
    callOf(caller, "a copy is made like its source", "ec2:ModifyImageAttribute", image, {
      context: { ...own, [name]: value },
      pins: [ours, name],
    });
  return [
    ...[image, snapshotArn(region, SNAPSHOT_ID)].map((resource) =>
      callOf(caller, "a copy is tagged like its source", "ec2:CreateTags", resource, {
        context: { ...own, "aws:TagKeys": ["team", "Name"] },
        pins: [ours, "aws:TagKeys"],
      }),
    ),
    attribute("ec2:Attribute/Description", "nightly build"),
    attribute("ec2:Attribute/ImdsSupport", "v2.0"),
    ownCopyCall(caller, topology, "a copy is made like its source", "ec2:EnableImageDeprecation"),
  ];
}

/** A final copy is protected where the topology asks for it. */
export function protectCalls(caller: Caller, topology: string): readonly ProofCall[] {
  return [ownCopyCall(caller, topology, "a copy is protected", "ec2:EnableImageDeregistrationProtection")];
}

function ownCopyCall(caller: Caller, topology: string, when: string, action: string): ProofCall {
  const { region, principal } = caller;
  return callOf(caller, when, action, imageArn(region, IMAGE_ID), {
    context: { "ec2:Owner": principal.account, "aws:ResourceTag/keyferry:topology": topology },
    pins: ["aws:ResourceTag/keyferry:topology"],
  });
}

/** Before an old copy goes, what uses it is looked for; these actions have no resource. EC2 alone reads parameters. */
export function lookForUsesCalls(caller: Caller): readonly ProofCall[] {
  const when = "what uses an old copy is looked for";
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

/** The lease, the intent and the rollback of a rule, beside its source image. */
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

/** What rules that the topology has dropped have left beside their source images is found and removed. */
export function tidyCalls(caller: Caller, topology: string): readonly ProofCall[] {
  const when = "what a dropped rule has left is removed";
  const path = `/keyferry/${topology}`;
  return [
    callOf(caller, when, "ssm:GetParametersByPath", parameter(caller, path)),
    ...["lease", "dropped/intent", "dropped/rollback"].map((page) =>
      callOf(caller, when, "ssm:DeleteParameter", parameter(caller, `${path}/${page}`)),
    ),
  ];
}

/** What a dropped rule has published is found by its tags; the action has no resource. */
export function findPublishedCalls(caller: Caller): readonly ProofCall[] {
  return [
    callOf(caller, "what a dropped rule has published is found", "ssm:DescribeParameters", "*", {
      pins: ["aws:RequestedRegion"],
    }),
  ];
}

/**
 * A proved copy is published; a rollback asks what was shown before.
 * @param questions for callers who ask them on many parameters of the Region
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

/** PutParameter with tags asks for this action as well. */
function tagParameter(region: string, when: string, topology: string): Question {
  return questionOf(region, when, "ssm:AddTagsToResource", {
    context: {
      "aws:RequestTag/keyferry:topology": topology,
      "aws:TagKeys": ["keyferry:topology", "keyferry:role"],
    },
    pins: ["aws:RequestTag/keyferry:topology", "aws:TagKeys"],
  });
}

/** The role of Auto Scaling is made where it is absent. */
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

/** When a copy is refused, the script reads its own role's policies. */
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
