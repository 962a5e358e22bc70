/** Lifecycle hooks, and the operations on instances that wait for them. Source: Auto Scaling API reference. */
import type { Call, Cloud, JsonObject, Operation } from "../../contract";
import { objects, text, texts, whole } from "../ec2/input";
import type { Ec2State } from "../ec2/state";
import { onAnything, onNamedGroup } from "./access";
import { namedGroup, required, validationError } from "./input";
import {
  memberOf,
  type AutoScalingState,
  type Group,
  type LifecycleHook,
  type Member,
  type Transition,
} from "./state";
import { recordHeartbeat, complete, globalTimeout } from "./waiting";
import type { AutoScalingContext } from "./scheduling";

const TRANSITIONS: readonly Transition[] = [
  "autoscaling:EC2_INSTANCE_LAUNCHING",
  "autoscaling:EC2_INSTANCE_TERMINATING",
];
const MOST_HOOKS = 50;
const SHORTEST_TIMEOUT = 30;
const LONGEST_TIMEOUT = 7200;
const DEFAULT_TIMEOUT = 3600;

export function hookOperations(state: AutoScalingState, ec2: Ec2State): Readonly<Record<string, Operation>> {
  const checks = onNamedGroup(state);
  const onAction =
    (run: (context: AutoScalingContext, group: Group, member: Member, token: string, call: Call) => void) =>
    (call: Call, cloud: Cloud): JsonObject => {
      const group = namedGroup(state, call);
      const { member, token } = actionOf(group, call);
      run({ state, ec2, cloud }, group, member, token, call);
      return {};
    };
  return {
    PutLifecycleHook: {
      checks,
      run: (call) => {
        const group = namedGroup(state, call);
        const name = required(call.input, "LifecycleHookName");
        group.hooks = { ...group.hooks, [name]: readHook(call.input, group.hooks[name]) };
        if (Object.keys(group.hooks).length > MOST_HOOKS) {
          throw validationError(`A group can have ${MOST_HOOKS} lifecycle hooks.`);
        }
        return {};
      },
    },
    DeleteLifecycleHook: {
      checks,
      run: (call) => {
        const group = namedGroup(state, call);
        const { name } = hookOf(group, required(call.input, "LifecycleHookName"));
        group.hooks = Object.fromEntries(Object.entries(group.hooks).filter(([other]) => other !== name));
        return {};
      },
    },
    DescribeLifecycleHooks: {
      checks: onAnything,
      run: (call) => {
        const group = namedGroup(state, call);
        const names = texts(call.input, "LifecycleHookNames");
        const hooks = Object.values(group.hooks).filter(
          ({ name }) => names.length === 0 || names.includes(name),
        );
        return { LifecycleHooks: hooks.map((hook) => hookAnswer(group, hook)) };
      },
    },
    DescribeLifecycleHookTypes: { checks: onAnything, run: () => ({ LifecycleHookTypes: TRANSITIONS }) },
    CompleteLifecycleAction: {
      checks,
      run: onAction((context, group, member, token, call) => {
        const result = required(call.input, "LifecycleActionResult");
        if (result !== "CONTINUE" && result !== "ABANDON") {
          throw validationError("LifecycleActionResult must be CONTINUE or ABANDON.");
        }
        complete(context, group, member, token, result);
      }),
    },
    RecordLifecycleActionHeartbeat: {
      checks,
      run: onAction((context, group, member, token) => recordHeartbeat(context, group, member, token)),
    },
  };
}

/** The hooks of a new group. @throws ValidationError */
export function readHooks(input: JsonObject): Readonly<Record<string, LifecycleHook>> {
  return Object.fromEntries(
    objects(input, "LifecycleHookSpecificationList").map((given) => [
      required(given, "LifecycleHookName"),
      readHook(given, undefined),
    ]),
  );
}

/** @throws ValidationError; also for a target that would have to be notified: no notifications are sent here */
function readHook(input: JsonObject, current: LifecycleHook | undefined): LifecycleHook {
  const target = ["NotificationTargetARN", "RoleARN"].find((name) => text(input, name) !== undefined);
  if (target !== undefined) {
    throw validationError(
      `The rehearsal cloud does not implement ${target} of a lifecycle hook: it sends no notifications.`,
    );
  }
  const given = text(input, "LifecycleTransition") ?? current?.transition;
  const transition = TRANSITIONS.find((candidate) => candidate === given);
  if (transition === undefined)
    throw validationError(`LifecycleTransition must be one of ${TRANSITIONS.join(", ")}.`);
  const heartbeatTimeout = whole(input, "HeartbeatTimeout") ?? current?.heartbeatTimeout ?? DEFAULT_TIMEOUT;
  if (heartbeatTimeout < SHORTEST_TIMEOUT || heartbeatTimeout > LONGEST_TIMEOUT) {
    throw validationError(
      `HeartbeatTimeout must be between ${SHORTEST_TIMEOUT} and ${LONGEST_TIMEOUT} seconds.`,
    );
  }
  const result = text(input, "DefaultResult") ?? current?.defaultResult ?? "ABANDON";
  if (result !== "CONTINUE" && result !== "ABANDON") {
    throw validationError("DefaultResult must be CONTINUE or ABANDON.");
  }
  return {
    name: required(input, "LifecycleHookName"),
    transition,
    heartbeatTimeout,
    defaultResult: result,
    metadata: text(input, "NotificationMetadata") ?? current?.metadata,
  };
}

function hookOf(group: Group, name: string): LifecycleHook {
  const hook = group.hooks[name];
  if (hook === undefined)
    throw validationError(`No Lifecycle Hook found with name ${name} on group ${group.name}`);
  return hook;
}

/** The action that the call refers to, by its token or by its instance. @throws ValidationError */
function actionOf(group: Group, call: Call): { readonly member: Member; readonly token: string } {
  const hook = required(call.input, "LifecycleHookName");
  const token = text(call.input, "LifecycleActionToken");
  const instanceId = text(call.input, "InstanceId");
  if (token === undefined && instanceId === undefined) {
    throw validationError("Either LifecycleActionToken or InstanceId must be specified.");
  }
  const members =
    instanceId === undefined ? group.members : [memberOf(group, instanceId)].flatMap((m) => m ?? []);
  for (const member of members) {
    const action = member.actions?.find(
      (candidate) => candidate.hook === hook && (token === undefined || candidate.token === token),
    );
    if (action !== undefined) return { member, token: action.token };
  }
  throw validationError(
    `No active Lifecycle Action found with ${token === undefined ? `instance ID ${instanceId ?? ""}` : `token ${token}`}`,
  );
}

function hookAnswer(group: Group, hook: LifecycleHook): JsonObject {
  return {
    LifecycleHookName: hook.name,
    AutoScalingGroupName: group.name,
    LifecycleTransition: hook.transition,
    HeartbeatTimeout: hook.heartbeatTimeout,
    GlobalTimeout: globalTimeout(hook),
    DefaultResult: hook.defaultResult,
    NotificationMetadata: hook.metadata,
  };
}
