import { isLaunchingService, serviceLinkedRoleName } from "@keyferry/common";
import { createClock, type ClockState, type CloudClock } from "../../../../clock";
import type {
  AccessCheck,
  AwsError,
  Call,
  Caller,
  Cloud,
  JsonObject,
  KeyView,
  Moto,
  Service,
} from "../../../../contract";
import {
  autoScalingService,
  emptyAutoScalingState,
  handleAutoScalingWork,
  type AutoScalingState,
} from "../../../../services/autoscaling";
import {
  ec2Service,
  emptyEc2State,
  handleEc2Work,
  imageDirectory,
  type Ec2State,
} from "../../../../services/ec2";
import { publicImages } from "../../../../services/ec2/images/public";
import { capture, restore, type Captured } from "../../../../state/capture";
import type { Verdict } from "@keyferry/evaluator";
import { fakeObjects, type FakeObjects } from "./fake-objects";

export const SRC = "111111111111";
export const DST = "222222222222";
export const IRELAND = "eu-west-1";
export const FRANKFURT = "eu-central-1";

/** A key whose policy is a list of the accounts, or roles, that may perform an action; every principal of the owner may. */
export interface TestKey {
  view: KeyView;
  /** `caller account or ARN part` -> actions without prefix; `*` for all. */
  allowed: Record<string, readonly string[]>;
}

export interface Bench {
  readonly state: Ec2State;
  readonly autoScaling: AutoScalingState;
  readonly clock: CloudClock;
  readonly keys: Record<string, TestKey>;
  /** `action on resource` that IAM denies, as prefixes. */
  readonly denied: string[];
  readonly objects: FakeObjects;
  /** Service-linked roles that exist, by account. */
  readonly roles: Set<string>;
  /** The requests to moto. */
  readonly asked: { readonly operation: string; readonly input: Readonly<Record<string, string>> }[];
  readonly parameters: Record<string, string>;
  /** The types that every Region offers, in the form of DescribeInstanceTypes; while empty, any requested type. */
  readonly instanceTypes: JsonObject[];
  addKey(account: string, region: string, name: string): string;
  checks(
    account: string,
    region: string,
    operation: string,
    input: JsonObject,
  ): Promise<readonly AccessCheck[]>;
  call(account: string, region: string, operation: string, input?: JsonObject): Promise<JsonObject>;
  /** The error that a call ends with, as `Code: message`; `none` when it succeeds. */
  refusal(account: string, region: string, operation: string, input?: JsonObject): Promise<string>;
}

/** EC2 and Auto Scaling on a completely fake cloud, with a clock that moves only on request. */
export function createBench(): Bench {
  const state = emptyEc2State();
  const clock = createClock(
    1,
    (error) => {
      throw error;
    },
    () => Date.parse("2026-11-01T00:00:00Z"),
  );
  const autoScaling = emptyAutoScalingState();
  const bench = {
    state,
    autoScaling,
    clock,
    keys: {} as Record<string, TestKey>,
    denied: [] as string[],
    objects: fakeObjects(),
    roles: new Set<string>([SRC, DST]),
    asked: [] as { operation: string; input: Readonly<Record<string, string>> }[],
    parameters: {} as Record<string, string>,
    instanceTypes: [] as JsonObject[],
  };
  const cloud = fakeCloud(bench);
  handleEc2Work(state, cloud);
  handleAutoScalingWork({ state: autoScaling, ec2: state, cloud });
  const services: readonly Service[] = [ec2Service(state), autoScalingService(state, autoScaling)];
  const find = (operation: string) => {
    const service = services.find((candidate) => operation in candidate.operations);
    const found = service?.operations[operation];
    if (service === undefined || found === undefined) throw new Error(`no operation ${operation}`);
    return { service: service.name, found };
  };
  const requestOf = (account: string, region: string, operation: string, input: JsonObject): Call => ({
    requestId: "request",
    service: find(operation).service,
    region,
    operation,
    caller: callerOf(account),
    input,
  });
  const call: Bench["call"] = async (account, region, operation, input = {}) => {
    const request = requestOf(account, region, operation, input);
    const { found } = find(operation);
    for (const check of await found.checks(request, cloud)) {
      const verdict = await cloud.decide(request.caller, check);
      if (!verdict.allowed) throw Object.assign(new Error(check.action), { code: "Denied" });
    }
    return found.run(request, cloud);
  };
  return {
    ...bench,
    call,
    addKey(account, region, name) {
      const arn = `arn:aws:kms:${region}:${account}:key/${name}`;
      bench.keys[arn] = {
        view: { arn, keyId: name, account, region, manager: "CUSTOMER", state: "Enabled", symmetric: true },
        allowed: {},
      };
      return arn;
    },
    async checks(account, region, operation, input) {
      return find(operation).found.checks(requestOf(account, region, operation, input), cloud);
    },
    async refusal(...about) {
      try {
        await call(...about);
        return "none";
      } catch (error) {
        const { code, message } = error as AwsError;
        return `${code}: ${message}`;
      }
    },
  };
}

/** A second cloud that continues from the current state of the first, passed on as text. Keys and templates are the same. */
export function carried(bench: Bench): Bench {
  const text = JSON.stringify({
    clock: bench.clock.capture(),
    ec2: capture(bench.state),
    autoScaling: capture(bench.autoScaling),
  });
  const { clock, ec2, autoScaling } = JSON.parse(text) as {
    readonly clock: ClockState;
    readonly ec2: Captured;
    readonly autoScaling: Captured;
  };
  const other = createBench();
  Object.assign(other.keys, bench.keys);
  Object.assign(other.parameters, bench.parameters);
  restore(other.state, ec2);
  restore(other.autoScaling, autoScaling);
  other.clock.restore(clock);
  return other;
}

export function callerOf(account: string): Caller {
  return { kind: "user", account, arn: `arn:aws:iam::${account}:user/test`, userId: "AIDA", identity: [] };
}

type Parts = Omit<Bench, "addKey" | "checks" | "call" | "refusal">;

function fakeCloud(bench: Parts): Cloud {
  const { state, clock, keys } = bench;
  return {
    clock,
    trail: { record: () => undefined, newest: () => undefined },
    images: imageDirectory(state),
    objects: bench.objects,
    moto: fakeMoto(bench),
    keys: {
      find: (reference, account, region) =>
        keys[reference]?.view ?? keys[`arn:aws:kms:${region}:${account}:key/${reference}`]?.view,
      managed(alias, account, region) {
        const arn = `arn:aws:kms:${region}:${account}:key/${alias}`;
        const view: KeyView = {
          arn,
          keyId: alias,
          account,
          region,
          manager: "AWS",
          state: "Enabled",
          symmetric: true,
        };
        return (keys[arn] ??= { view, allowed: {} }).view;
      },
      allows: (caller, action, { arn }) => Promise.resolve(verdict(mayUse(keys[arn], caller, action))),
    },
    identities: {
      serviceLinkedRole: (account, service) =>
        Promise.resolve(bench.roles.has(account) ? roleOf(account, service) : undefined),
      createServiceLinkedRole(account) {
        bench.roles.add(account);
        return Promise.resolve();
      },
    },
    heldBack: () => 0,
    decide: (_caller, { action, resource }) =>
      Promise.resolve(verdict(!bench.denied.some((rule) => `${action} on ${resource}`.startsWith(rule)))),
  };
}

function mayUse(key: TestKey | undefined, caller: Caller, action: string): boolean {
  if (key === undefined) return false;
  const rules = Object.entries(key.allowed).filter(
    ([who]) => caller.account === who || caller.arn.includes(who),
  );
  // The owner's administrators may use the key unless a rule names them; roles may use it only with a rule.
  if (rules.length === 0) return key.view.account === caller.account && caller.kind === "user";
  return rules.some(([, actions]) => actions.includes("*") || actions.includes(action.replace("kms:", "")));
}

function roleOf(account: string, service: string): Caller {
  const name = isLaunchingService(service) ? serviceLinkedRoleName(service) : "AWSServiceRole";
  const arn = `arn:aws:sts::${account}:assumed-role/${name}/autoscaling`;
  return { kind: "assumed-role", account, arn, userId: "AROA:autoscaling", identity: [] };
}

function verdict(allowed: boolean): Verdict {
  return allowed ? { allowed, by: [] } : { allowed, reason: "missing-allow", missing: [] };
}

function typesAmong(types: readonly JsonObject[], name?: string): readonly JsonObject[] {
  if (types.length > 0)
    return types.filter(({ instanceType }) => name === undefined || instanceType === name);
  return [
    {
      processorInfo: { supportedArchitectures: ["x86_64"] },
      networkInfo: { enaSupport: name === "t3.micro" ? "required" : "supported" },
    },
  ];
}

function fakeMoto(bench: Parts): Moto {
  const subnet = (region: string, zone: string): JsonObject => ({
    subnetId: `subnet-${zone}`,
    vpcId: "vpc-1",
    cidrBlock: "172.31.0.0/20",
    availabilityZone: `${region}${zone}`,
    mapPublicIpOnLaunch: zone === "a" ? "true" : "false",
  });
  return {
    query(_service, _account, region, operation, input) {
      bench.asked.push({ operation, input });
      const answers: Record<string, JsonObject> = {
        DescribeSubnets: { subnetSet: [subnet(region, "b"), subnet(region, "a")] },
        DescribeSecurityGroups: { securityGroupInfo: groupsAmong(input) },
        DescribeInstanceTypes: {
          instanceTypeSet: typesAmong(bench.instanceTypes, input["InstanceType.1"]),
        },
        DescribeInstanceTypeOfferings: {
          instanceTypeOfferingSet: bench.instanceTypes.map(({ instanceType }) => ({ instanceType })),
        },
        DescribeTags: { tagSet: "" },
      };
      return Promise.resolve(answers[operation] ?? {});
    },
    json(_service, _account, _region, target, input) {
      const parameters = Object.entries(bench.parameters).map(([Name, Value]) => ({ Name, Value }));
      const answers: Record<string, JsonObject> = {
        GetParameter: { Parameter: { Value: bench.parameters[String(input.Name)] } },
        GetParameters: { Parameters: parameters },
        DescribeParameters: {
          Parameters: parameters.map(({ Name }) => ({ Name, DataType: "aws:ec2:image" })),
        },
      };
      return Promise.resolve(answers[target.replace("AmazonSSM.", "")] ?? {});
    },
  };
}

/** Those of two groups whose id or name is among the requested values. */
function groupsAmong(input: Readonly<Record<string, string>>): readonly JsonObject[] {
  const asked = Object.values(input);
  return [
    { groupId: "sg-1", groupName: "default" },
    { groupId: "sg-2", groupName: "web" },
  ].filter(({ groupId, groupName }) => asked.includes(groupId) || asked.includes(groupName));
}

/** Id of the public Linux image of a Region. */
export function linux(region: string): string {
  return publicImages(region)[0]?.imageId ?? "";
}

/** The launch template of SRC in Ireland that `addTemplate` makes. */
export const TEMPLATE = "lt-00000001";

/** Adds a launch template with this `LaunchTemplateData`. */
export function addTemplate(bench: Bench, data: JsonObject, launchTemplateId = TEMPLATE): void {
  const made = { createTime: "2026-11-01T00:00:00.000Z", createdBy: callerOf(SRC).arn };
  bench.state.launchTemplates[launchTemplateId] = {
    launchTemplateId,
    name: "web",
    region: IRELAND,
    owner: SRC,
    ...made,
    defaultVersion: 1,
    lastNumber: 1,
    versions: [{ number: 1, ...made, data }],
  };
}

/** A running instance, with the given devices in addition to the image's root. */
export async function runningInstance(bench: Bench, devices: readonly JsonObject[] = []): Promise<string> {
  const answer = await bench.call(SRC, IRELAND, "RunInstances", {
    ImageId: linux(IRELAND),
    MinCount: "1",
    MaxCount: "1",
    BlockDeviceMapping: devices,
  });
  await bench.clock.advance(60);
  return String((answer.instancesSet as readonly JsonObject[])[0]?.instanceId);
}

/** Marks a volume as being under the EBS default key. */
export const DEFAULT_KEY = "default key";

/** An available image of SRC in Ireland whose root is under the key, or unencrypted. */
export async function availableImage(bench: Bench, key?: string, name = "web"): Promise<string> {
  const encrypted = { Encrypted: "true", KmsKeyId: key === DEFAULT_KEY ? undefined : key };
  const ebs = key === undefined ? {} : encrypted;
  const instance = await runningInstance(bench, [{ DeviceName: "/dev/xvda", Ebs: ebs }]);
  const { imageId } = await bench.call(SRC, IRELAND, "CreateImage", { InstanceId: instance, Name: name });
  await bench.clock.advance(600);
  return String(imageId);
}

/** Shares an image and its snapshots with DST. */
export async function share(bench: Bench, imageId: string): Promise<void> {
  const users = { OperationType: "add", UserId: [DST] };
  for (const snapshot of snapshotsOf(bench, imageId)) {
    await bench.call(SRC, IRELAND, "ModifySnapshotAttribute", {
      SnapshotId: snapshot,
      Attribute: "createVolumePermission",
      ...users,
    });
  }
  await bench.call(SRC, IRELAND, "ModifyImageAttribute", {
    ImageId: imageId,
    Attribute: "launchPermission",
    ...users,
  });
}

export function snapshotsOf(bench: Bench, imageId: string): readonly string[] {
  return (bench.state.images[imageId]?.devices ?? []).flatMap((device) => device.ebs?.snapshotId ?? []);
}
