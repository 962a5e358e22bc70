import { formatArn, partitionOf } from "@keyferry/common";
import type { AccessCheck, Call, Operation } from "../../contract";
import { findGroup, required } from "./input";
import type { AutoScalingState, Group } from "./state";

type Tags = Readonly<Record<string, string>>;

/** ARN of a group; its middle part is a UUID from AWS, and a wildcard before the group exists. */
export function groupArn(call: Call, name: string, uuid = "*"): string {
  return formatArn({
    partition: partitionOf(call.region),
    service: "autoscaling",
    region: call.region,
    account: call.caller.account,
    resource: `autoScalingGroup:${uuid}:autoScalingGroupName/${name}`,
  });
}

/** The call's own action on one group. */
export function groupCheck(
  call: Call,
  name: string,
  group: Group | undefined,
  requested: Tags = {},
): AccessCheck {
  const keys = Object.keys(requested);
  return {
    action: `autoscaling:${call.operation}`,
    resource: group?.arn ?? groupArn(call, name),
    context: {
      ...Object.fromEntries(
        Object.values(group?.tags ?? {}).map((tag) => [`aws:ResourceTag/${tag.key}`, tag.value]),
      ),
      ...Object.fromEntries(
        Object.entries(requested).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
      ),
      ...(keys.length === 0 ? {} : { "aws:TagKeys": keys }),
    },
  };
}

/** Checks of an operation on the group that `AutoScalingGroupName` names. */
export function onNamedGroup(state: AutoScalingState): Operation["checks"] {
  return (call) => {
    const name = required(call.input, "AutoScalingGroupName");
    return [groupCheck(call, name, findGroup(state, call, name))];
  };
}

/** Describe operations have no resource. */
export const onAnything: Operation["checks"] = (call) => [
  { action: `autoscaling:${call.operation}`, resource: "*" },
];
