import { connect } from "../../../scripts/aws/clients";
import type { AwsAccess } from "../../../scripts/aws";
import { createClock, type CloudClock } from "../../../packages/emulator/clock";
import { composeFrame, type ComposeOptions, type Composition } from "../../../packages/emulator/compose";
import { controlled } from "../../../packages/emulator/control";
import { dispatch } from "../../../packages/emulator/dispatch";
import type { FaultRule } from "../../../packages/emulator/faults/rules";
import { createForward } from "../../../packages/emulator/moto/forward";
import { startMoto } from "../../../packages/emulator/moto/process";
import { listen } from "../../../packages/emulator/server";
import { dump, load } from "../../../packages/emulator/state/dump";
import { hostEnvironment } from "../../../setup/environment";
import { provideMoto } from "../../../setup/moto";
import type { Topology } from "../../../topology";
import { eachCall } from "../each-call";
import { VirtualClock } from "./virtual-clock";

/** A rehearsal cloud in this process, with a clock that advances only when all tasks sleep. */
export interface VirtualCloud {
  readonly url: string;
  readonly clock: VirtualClock;
  /** The cloud's own clock. */
  readonly cloudClock: CloudClock;
  /** Requests that were served or refused so far, by `service operation`. */
  readonly requests: Map<string, number>;
  readonly composition: Composition;
  readonly defects: unknown[];
  /** Access for one process of the script, through the real SDK and HTTP. */
  access(topology: Topology, sessionName?: string): AwsAccess;
  setFaults(rules: readonly FaultRule[]): void;
  dump(): Promise<Buffer>;
  load(state: Buffer): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a virtual cloud. The process's environment directs the SDK to it until it is stopped.
 * @param operator 12 digits; the account from which the runner roles are assumed
 */
export async function startVirtualCloud(
  operator: string,
  options: ComposeOptions = {},
): Promise<VirtualCloud> {
  const { python } = await provideMoto(hostEnvironment());
  const moto = await startMoto(python);
  const wall = Date.now();
  const defects: unknown[] = [];
  const onDefect = (error: unknown) => void defects.push(error);
  const cloudClock = createClock(1, onDefect, () => wall);
  const composition = composeFrame(cloudClock, createForward(moto.port), onDefect, options);
  const world = controlled("virtual", { clock: cloudClock, composition, moto: moto.state });
  const requests = new Map<string, number>();
  const server = await listen("127.0.0.1", 0, (request) => {
    const service = /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)/.exec(
      request.headers["authorization"] ?? "",
    )?.[1];
    const target = request.headers["x-amz-target"]?.split(".")[1];
    const operation = target ?? new URLSearchParams(request.body.toString()).get("Action") ?? request.method;
    const name = `${service} ${operation}`;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    return dispatch(composition, request);
  });
  const clock = new VirtualClock(cloudClock);
  const unwatch = clock.watchRequests();
  const url = `http://127.0.0.1:${server.port}`;
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: operator,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_REGION: "us-east-1",
  });
  return {
    url,
    clock,
    cloudClock,
    requests,
    composition,
    defects,
    access: (topology, sessionName = "virtual") =>
      heldBy(clock, connect(topology, sessionName, clock.timekeeper)),
    setFaults: (rules) => composition.cloud.faults.set(rules),
    dump: () => dump(world),
    load: (state) => load(world, state),
    async stop() {
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
      unwatch();
      cloudClock.stop();
      await server.close();
      moto.stop();
    },
  };
}

/** AWS access whose calls stop time while they are in flight. */
function heldBy(clock: VirtualClock, aws: AwsAccess): AwsAccess {
  return eachCall(aws, (_operation, call) => clock.during(call));
}
