import type { RehearsalClock } from "./clock";
import type { WireRequest, WireResponse } from "./wire/message";

/** Bucket names cannot begin with an underscore, so no S3 path is lost to this one. */
const PREFIX = "/_rehearsal/";

interface Control {
  readonly method: string;
  run(clock: RehearsalClock, body: Readonly<Record<string, unknown>>): Promise<object> | object;
}

/** What the administrator of the rehearsal cloud, not of an AWS account, may do. */
const CONTROLS: Readonly<Record<string, Control>> = {
  health: { method: "GET", run: (clock) => ({ ready: true, ...timeOf(clock) }) },
  advance: {
    method: "POST",
    async run(clock, body) {
      await clock.advance(positive(body, "seconds"));
      return timeOf(clock);
    },
  },
  scale: {
    method: "POST",
    run(clock, body) {
      clock.setScale(positive(body, "scale"));
      return timeOf(clock);
    },
  },
};

class BadControl extends TypeError {}

/** Answers the control path; undefined for any other path. */
export async function control(
  clock: RehearsalClock,
  version: string,
  request: WireRequest,
): Promise<WireResponse | undefined> {
  if (!request.path.startsWith(PREFIX)) return undefined;
  const entry = CONTROLS[request.path.slice(PREFIX.length)];
  if (entry === undefined)
    return answer(404, { error: `known controls: ${Object.keys(CONTROLS).join(", ")}` });
  if (entry.method !== request.method) return answer(405, { error: `use ${entry.method}` });
  try {
    return answer(200, { version, ...(await entry.run(clock, bodyOf(request))) });
  } catch (error) {
    if (error instanceof BadControl) return answer(400, { error: error.message });
    throw error;
  }
}

function timeOf(clock: RehearsalClock): object {
  return { now: clock.now().toISOString(), scale: clock.scale };
}

function bodyOf(request: WireRequest): Readonly<Record<string, unknown>> {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(request.body.toString("utf8")) as Readonly<Record<string, unknown>>;
  } catch {
    throw new BadControl("the body must be a JSON object");
  }
}

function positive(body: Readonly<Record<string, unknown>>, name: string): number {
  const value = body[name];
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw new BadControl(`${name} must be a number above 0`);
}

function answer(status: number, body: object): WireResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
