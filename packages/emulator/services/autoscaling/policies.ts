/**
 * Scaling policies: stored and returned. No metric is watched here, so a policy never scales a group, and no alarm is
 * created.
 */
import { randomUUID } from "node:crypto";
import { formatArn, partitionOf } from "@keyferry/common";
import type { Call, JsonObject, Operation } from "../../contract";
import { isObject, text, texts } from "../ec2/input";
import { page } from "../ec2/pages";
import { onAnything, onNamedGroup } from "./access";
import { namedGroup, ownGroups, required, validationError } from "./input";
import type { AutoScalingState, Group, ScalingPolicy } from "./state";

const TYPES = ["SimpleScaling", "StepScaling", "TargetTrackingScaling", "PredictiveScaling"];

export function policyOperations(state: AutoScalingState): Readonly<Record<string, Operation>> {
  return {
    PutScalingPolicy: {
      checks: onNamedGroup(state),
      run: (call) => {
        const group = namedGroup(state, call);
        const policy = readPolicy(call, group);
        group.policies = { ...group.policies, [policy.name]: policy };
        return { PolicyARN: policy.arn, Alarms: [] };
      },
    },
    DeletePolicy: {
      checks: onNamedGroup(state),
      run: (call) => {
        const group = namedGroup(state, call);
        const given = required(call.input, "PolicyName");
        const kept = Object.values(group.policies).filter(({ name, arn }) => given !== name && given !== arn);
        if (kept.length === Object.keys(group.policies).length) {
          throw validationError(`Group ${group.name} does not have a policy ${given}`);
        }
        group.policies = Object.fromEntries(kept.map((policy) => [policy.name, policy]));
        return {};
      },
    },
    DescribePolicies: { checks: onAnything, run: (call) => describe(state, call) },
  };
}

function readPolicy(call: Call, group: Group): ScalingPolicy {
  const name = required(call.input, "PolicyName");
  const type = text(call.input, "PolicyType") ?? "SimpleScaling";
  if (!TYPES.includes(type)) throw validationError(`PolicyType must be one of ${TYPES.join(", ")}.`);
  const arn =
    group.policies[name]?.arn ??
    formatArn({
      partition: partitionOf(group.region),
      service: "autoscaling",
      region: group.region,
      account: group.account,
      resource: `scalingPolicy:${randomUUID()}:autoScalingGroupName/${group.name}:policyName/${name}`,
    });
  const answer: JsonObject = { Enabled: "true", ...call.input, PolicyType: type, PolicyARN: arn, Alarms: [] };
  return { name, arn, answer };
}

function describe(state: AutoScalingState, call: Call): JsonObject {
  const groups = "AutoScalingGroupName" in call.input ? [namedGroup(state, call)] : ownGroups(state, call);
  const names = texts(call.input, "PolicyNames");
  const types = texts(call.input, "PolicyTypes");
  const found = groups
    .flatMap((group) => Object.values(group.policies))
    .filter(({ name, arn }) => names.length === 0 || names.includes(name) || names.includes(arn))
    .map(({ answer }) => answer)
    .filter(
      (answer) => isObject(answer) && (types.length === 0 || types.includes(String(answer.PolicyType))),
    );
  const { items, nextToken } = page(found, call.input, "MaxRecords");
  return { ScalingPolicies: items, NextToken: nextToken };
}
