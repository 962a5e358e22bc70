/** Stop, start, terminate: states change on the clock. */
import { workKind } from "../../../background";
import type { AccessCheck, Call, Caller, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { ec2Arn, ownCheck, tagContext } from "../access";
import { attachNeeds, currentKey, firstRefusal, type Refusal } from "../encryption/needs";
import { checkId, notFound } from "../errors";
import { missingParameter, texts } from "../input";
import { ec2Operation } from "../operation";
import type { Ec2State, Instance, InstanceStateName, StateReason, Volume } from "../state";
import { forgetTags, tagsOf } from "../tags/tags";
import { BOOT_SECONDS, STOP_SECONDS, TERMINATED_LISTED_SECONDS, TERMINATE_SECONDS } from "../throughput";
import { LAUNCH_FAILURES } from "../volumes/plan";
import { newInterface } from "./network-interface";
import { stateAnswer } from "./wire";

interface OneInstance {
  readonly instanceId: string;
}

const FORGET = workKind<OneInstance>("ec2:forget-instance");
const TERMINATE = workKind<OneInstance>("ec2:end-termination");
const STOP = workKind<OneInstance>("ec2:end-stop");
const START = workKind<OneInstance & { readonly starter: Caller }>("ec2:end-start");

/** Registers with the clock how instances end, stop and start again. */
export function handleLifecycle(state: Ec2State, cloud: Cloud): void {
  const { clock } = cloud;
  FORGET.handle(clock, ({ instanceId }) => {
    delete state.instances[instanceId];
    forgetTags(state, instanceId);
  });
  TERMINATE.handle(clock, ({ instanceId }) => {
    const instance = inState(state, instanceId, "shutting-down");
    if (instance !== undefined) endInstance(state, cloud, instance, instance.stateReason ?? USER_SHUTDOWN);
  });
  STOP.handle(clock, ({ instanceId }) => {
    const instance = inState(state, instanceId, "stopping");
    if (instance === undefined) return;
    instance.state = "stopped";
    // Source: EC2 user guide, "Public IPv4 addresses": released when the instance stops, replaced by another one when
    // it starts.
    delete instance.network.publicIp;
  });
  START.handle(clock, async ({ instanceId, starter }) => {
    const starting = inState(state, instanceId, "pending");
    const refusal = starting && (await startRefusal(state, cloud, starting, starter));
    const instance = inState(state, instanceId, "pending");
    if (instance === undefined) return;
    instance.state = refusal === undefined ? "running" : "stopped";
    if (refusal !== undefined) instance.stateReason = LAUNCH_FAILURES[refusal];
  });
}

/** The instance if it still exists and is in that state. */
export function inState(state: Ec2State, instanceId: string, name: InstanceStateName): Instance | undefined {
  const instance = state.instances[instanceId];
  return instance?.state === name ? instance : undefined;
}

function startRefusal(
  state: Ec2State,
  cloud: Cloud,
  instance: Instance,
  starter: Caller,
): Promise<Refusal | undefined> {
  const wanted = volumesOf(state, instance).flatMap(({ keyArn, volumeId }) =>
    attachNeeds(keyArn === undefined ? undefined : currentKey(cloud, keyArn), volumeId),
  );
  return firstRefusal(cloud, starter, wanted);
}

export function volumesOf(state: Ec2State, instance: Instance): readonly Volume[] {
  return Object.values(state.volumes).filter(
    (volume) => volume.attachment?.instanceId === instance.instanceId,
  );
}

/** Terminates immediately; the instance stays listed for a while. */
export function endInstance(state: Ec2State, cloud: Cloud, instance: Instance, reason: StateReason): void {
  instance.state = "terminated";
  instance.stateReason = reason;
  for (const volume of volumesOf(state, instance)) {
    if (volume.attachment?.deleteOnTermination === true || volume.state === "creating") {
      delete state.volumes[volume.volumeId];
      forgetTags(state, volume.volumeId);
    } else {
      volume.state = "available";
      delete volume.attachment;
    }
  }
  FORGET.later(cloud.clock, TERMINATED_LISTED_SECONDS, { instanceId: instance.instanceId });
}

/** Starts to terminate an instance, on request of a user or of Auto Scaling. */
export function terminate({ clock }: Cloud, instance: Instance, reason: StateReason): void {
  if (instance.state === "shutting-down" || instance.state === "terminated") return;
  instance.state = "shutting-down";
  instance.stateReason = reason;
  TERMINATE.later(clock, TERMINATE_SECONDS, { instanceId: instance.instanceId });
}

export const USER_SHUTDOWN: StateReason = {
  code: "Client.UserInitiatedShutdown",
  message: "Client.UserInitiatedShutdown: User initiated shutdown",
};

function stop({ clock }: Cloud, instance: Instance): void {
  if (instance.state === "stopping" || instance.state === "stopped") return;
  if (instance.state !== "running") throw wrongState(instance, "stopped");
  if (instance.settings.disableApiStop === true) throw protectedFrom(instance, "stopped", "disableApiStop");
  instance.state = "stopping";
  instance.stateReason = USER_SHUTDOWN;
  STOP.later(clock, STOP_SECONDS, { instanceId: instance.instanceId });
}

function start({ clock }: Cloud, instance: Instance, starter: Caller): void {
  if (instance.state === "pending" || instance.state === "running") return;
  if (instance.state !== "stopped") throw wrongState(instance, "started");
  instance.state = "pending";
  instance.network.publicIp = newInterface(instance.network.isPublic).publicIp;
  delete instance.stateReason;
  START.later(clock, BOOT_SECONDS, { instanceId: instance.instanceId, starter });
}

function wrongState(instance: Instance, verb: string): AwsError {
  return new AwsError(
    "IncorrectInstanceState",
    `The instance '${instance.instanceId}' is not in a state from which it can be ${verb}.`,
  );
}

function protectedFrom(instance: Instance, verb: string, attribute: string): AwsError {
  return new AwsError(
    "OperationNotPermitted",
    `The instance '${instance.instanceId}' may not be ${verb}. Modify its '${attribute}' instance attribute and try again.`,
  );
}

type Change = (cloud: Cloud, instance: Instance, caller: Caller) => void;

const CHANGES: Readonly<Record<string, { readonly parameters: readonly string[]; readonly change: Change }>> =
  {
    StartInstances: { parameters: [], change: start },
    StopInstances: { parameters: ["Force"], change: stop },
    TerminateInstances: {
      parameters: ["Force"],
      change: (cloud, instance) => {
        if (instance.settings.disableApiTermination === true) {
          throw protectedFrom(instance, "terminated", "disableApiTermination");
        }
        terminate(cloud, instance, USER_SHUTDOWN);
      },
    },
  };

/** StartInstances, StopInstances and TerminateInstances. */
export function lifecycleOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const entries = Object.entries(CHANGES).map(([name, { parameters, change }]) => {
    const operation = ec2Operation({
      parameters: ["InstanceId", ...parameters],
      checks: (call) => instanceChecks(state, call),
      run: (call, cloud) => changeAll(state, call, cloud, change),
    });
    return [name, operation] as const;
  });
  return Object.fromEntries(entries);
}

function instanceChecks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const ids = texts(call.input, "InstanceId");
  if (ids.length === 0) throw missingParameter("InstanceId");
  return ids.map((id) =>
    ownCheck(call, ec2Arn(call, `instance/${id}`), tagContext(tagsOf(state, call.caller.account, id))),
  );
}

function changeAll(state: Ec2State, call: Call, cloud: Cloud, change: Change): JsonObject {
  const instances = texts(call.input, "InstanceId").map((id) => ownInstance(state, call, id));
  const answers = instances.map((instance) => {
    const previous = instance.state;
    change(cloud, instance, call.caller);
    return {
      instanceId: instance.instanceId,
      previousState: stateAnswer(previous),
      currentState: stateAnswer(instance.state),
    };
  });
  return { instancesSet: answers };
}

/** @throws InvalidInstanceID.NotFound */
export function ownInstance(state: Ec2State, call: Call, instanceId: string): Instance {
  checkId("instance", instanceId);
  const instance = state.instances[instanceId];
  if (instance?.owner !== call.caller.account || instance.region !== call.region)
    throw notFound("instance", instanceId);
  return instance;
}
