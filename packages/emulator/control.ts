import { EmulatorError } from "./errors";
import { BadFault, readFaults } from "./faults/read";
import { isFromHere } from "./loopback";
import { BadQuota, readAccount, readQuotas } from "./quotas";
import {
  BadOrganization,
  describeOrganizations,
  reportOrganizations,
} from "./services/organizations/control";
import { captureAll, dump, load, reset, type World } from "./state/dump";
import type { Captured } from "./state/capture";
import type { WireRequest, WireResponse } from "./wire/message";

/** Bucket names cannot begin with an underscore, so this path hides no S3 path. */
const PREFIX = "/_rehearsal/";

/** A rehearsal cloud that its administrator controls. */
export interface Controlled extends World {
  readonly version: string;
  /** What its services held immediately after they were created. */
  readonly empty: Readonly<Record<string, Captured>>;
}

/** Adds the controls to a cloud. Call this before anything is in it. */
export function controlled(version: string, world: World): Controlled {
  return { ...world, version, empty: captureAll(world.composition) };
}

type Control = (about: Controlled, request: WireRequest) => Promise<object> | object;

/** What the administrator of the rehearsal cloud (not of an AWS account) may do: path -> method -> handler. */
const CONTROLS: Readonly<Record<string, Readonly<Record<string, Control>>>> = {
  health: { GET: (about) => ({ ready: true, ...timeOf(about) }) },
  memory: {
    /** In bytes: the memory of the rehearsal cloud itself, and that of moto. */
    GET: async ({ moto }) => ({
      memory: { server: process.memoryUsage.rss(), moto: (await moto.resident()) ?? "not known" },
    }),
  },
  advance: {
    async POST(about, request) {
      await about.clock.advance(positive(bodyOf(request), "seconds"));
      return timeOf(about);
    },
  },
  scale: {
    POST(about, request) {
      about.clock.setScale(positive(bodyOf(request), "scale"));
      return timeOf(about);
    },
  },
  faults: {
    GET: ({ composition }) => ({ faults: composition.cloud.faults.list() }),
    PUT({ composition }, request) {
      const { faults } = composition.cloud;
      faults.set(readFaults(bodyOf(request)["faults"]));
      return { faults: faults.list() };
    },
    DELETE({ composition }) {
      composition.cloud.faults.set([]);
      return { faults: [] };
    },
  },
  quotas: {
    GET: ({ composition }) => composition.quotas.report(),
    PUT({ composition }, request) {
      const body = bodyOf(request);
      composition.quotas.set(readQuotas(body["quotas"]), readAccount(body["account"]));
      return composition.quotas.report();
    },
    DELETE({ composition }) {
      composition.quotas.clear();
      return composition.quotas.report();
    },
  },
  replication: { GET: ({ composition }) => ({ failures: composition.replicationFailures() }) },
  organizations: {
    GET: ({ composition }) => reportOrganizations(composition.organizations),
    PUT({ clock, composition }, request) {
      describeOrganizations(composition.organizations, bodyOf(request)["organizations"], clock.now());
      return reportOrganizations(composition.organizations);
    },
  },
  reset: {
    async POST(about) {
      await reset(about, about.empty);
      return timeOf(about);
    },
  },
  state: {
    GET: (about) => dump(about),
    async PUT(about, request) {
      await load(about, request.body);
      return timeOf(about);
    },
  },
};

class BadControl extends TypeError {}

/** Answers requests to the control path; undefined for any other path. */
export async function control(about: Controlled, request: WireRequest): Promise<WireResponse | undefined> {
  if (!request.path.startsWith(PREFIX)) return undefined;
  if (!isFromHere(request))
    return answer(403, { error: "available only from this machine, through a loopback address" });
  // A web page in a browser on this machine could send such requests, too; browsers mark them.
  if (request.headers["origin"] !== undefined) return answer(403, { error: "not available to web pages" });
  const entry = CONTROLS[request.path.slice(PREFIX.length)];
  if (entry === undefined)
    return answer(404, { error: `known controls: ${Object.keys(CONTROLS).join(", ")}` });
  const run = entry[request.method];
  if (run === undefined) return answer(405, { error: `use ${Object.keys(entry).join(", ")}` });
  try {
    const result = await run(about, request);
    if (Buffer.isBuffer(result)) {
      return { status: 200, headers: { "content-type": "application/octet-stream" }, body: result };
    }
    return answer(200, { version: about.version, ...result });
  } catch (error) {
    if (
      error instanceof BadControl ||
      error instanceof BadFault ||
      error instanceof BadOrganization ||
      error instanceof BadQuota
    )
      return answer(400, { error: error.message });
    if (error instanceof EmulatorError)
      return answer(409, { error: error.message, code: error.code, fix: error.fix });
    throw error;
  }
}

function timeOf({ clock }: Controlled): object {
  return { now: clock.now().toISOString(), scale: clock.scale };
}

function bodyOf(request: WireRequest): Readonly<Record<string, unknown>> {
  if (request.body.length === 0) return {};
  try {
    const body: unknown = JSON.parse(request.body.toString("utf8"));
    if (typeof body === "object" && body !== null) return body as Readonly<Record<string, unknown>>;
  } catch {
    // Reported below.
  }
  throw new BadControl("the body must be a JSON object");
}

function positive(body: Readonly<Record<string, unknown>>, name: string): number {
  const value = body[name];
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw new BadControl(`${name} must be a number above 0`);
}

function answer(status: number, body: object): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
