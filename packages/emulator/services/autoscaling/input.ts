/** Auto Scaling's errors and pagination. */
import type { Call, JsonObject } from "../../contract";
import { AwsError } from "../../contract";
import { objects, text, texts } from "../ec2/input";
import { groupKey, type AutoScalingState, type Group } from "./state";

export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}

/** @throws ValidationError */
export function required(input: JsonObject, name: string): string {
  const value = text(input, name);
  if (value === undefined) {
    throw validationError(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

/** Auto Scaling tries a launch with the template; EC2's refusals become its own error. */
export async function asValidation<T>(attempt: () => T | Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validationError(`You must use a valid fully-formed launch template. ${error.message}`);
  }
}

/** The group that `AutoScalingGroupName` names. @throws ValidationError */
export function namedGroup(state: AutoScalingState, call: Call): Group {
  const name = required(call.input, "AutoScalingGroupName");
  const group = findGroup(state, call, name);
  if (group === undefined) throw validationError(`AutoScalingGroup name not found - ${name}`);
  return group;
}

export function findGroup(state: AutoScalingState, call: Call, name: string): Group | undefined {
  return state.groups[groupKey(call.caller.account, call.region, name)];
}

export function ownGroups(state: AutoScalingState, call: Call): readonly Group[] {
  return Object.values(state.groups).filter(
    (group) => group.account === call.caller.account && group.region === call.region,
  );
}

/** The call's `Filters`, in the form of EC2's filters. */
export function filterInput(input: JsonObject): JsonObject {
  return {
    Filter: objects(input, "Filters").map((filter) => ({
      Name: filter.Name,
      Value: texts(filter, "Values"),
    })),
  };
}
