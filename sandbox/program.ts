import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { isKeyferryError } from "../core/errors";
import { DEFAULT_PORT, startRehearsal, type Rehearsal, type RehearsalOptions } from ".";
import { readQuotas } from "@keyferry/emulator";
import { isAlive, npmProcesses } from "./starter";

const USAGE = `npx keyferry sandbox [--port N] [--time-scale N] [--consistency-lag N] [--state FILE] [--quota NAME=N]... [--host ADDRESS]

  --port             port to listen on; 0 takes a free port (${DEFAULT_PORT})
  --time-scale       seconds of cloud time per second; copies and launches are faster by this factor (1)
  --consistency-lag  seconds until reads show a write, like eventual consistency on AWS (0)
  --state            a dump to start from (an empty cloud)
  --quota            a quota of every account, e.g. snapshotCopies=5; may be repeated
  --host             address to listen on (127.0.0.1)`;

/** Exit codes of the project: wrong usage, and a failure to start. */
const WRONG_USAGE = 2;
const FAILED = 1;
const INTERRUPTED = 130;

/** How often the sandbox checks whether the npm process that started it still runs. */
const PARENT_POLL_MS = 500;

class UsageError extends TypeError {}

function readOptions(argv: readonly string[]): RehearsalOptions & { readonly help: boolean } {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: "string" },
      "time-scale": { type: "string" },
      "consistency-lag": { type: "string" },
      state: { type: "string" },
      quota: { type: "string", multiple: true, default: [] },
      host: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  return {
    help: values.help,
    host: values.host,
    port: number("--port", values.port, (n) => Number.isInteger(n) && n >= 0 && n <= 65_535),
    timeScale: number("--time-scale", values["time-scale"], (n) => n > 0),
    consistencyLag: number("--consistency-lag", values["consistency-lag"], (n) => n >= 0),
    quotas: readQuotas(Object.fromEntries(values.quota.map(assignment))),
    state: values.state === undefined ? undefined : readFileSync(values.state),
  };
}

function number(
  option: string,
  text: string | undefined,
  accept: (value: number) => boolean,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && accept(value)) return value;
  throw new UsageError(`${option} cannot be ${text}`);
}

/** `name=5` -> name and number; a value that is not a number is refused later, with the other mistakes. */
function assignment(text: string): readonly [string, number] {
  const [name = "", value = ""] = text.split("=");
  return [name, value.trim() === "" ? NaN : Number(value)];
}

function announce({ url }: Rehearsal): void {
  console.log(`The rehearsal cloud is ready. In another terminal:

  export AWS_ENDPOINT_URL=${url}
  export AWS_ACCESS_KEY_ID=111111111111      # any 12 digits: that account's administrator
  export AWS_SECRET_ACCESS_KEY=rehearsal     # anything: signatures are not verified
  export AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1

Ctrl-C stops it and deletes everything in it.`);
}

/** Resolves with the exit code when the cloud has stopped: by Ctrl-C, or because the npm process that started it has ended for any reason. */
async function ended(rehearsal: Rehearsal): Promise<number> {
  const code = await new Promise<number>((stop) => {
    process.once("SIGINT", () => stop(INTERRUPTED));
    process.once("SIGTERM", () => stop(0));
    process.once("SIGHUP", () => stop(0));
    const starters = npmProcesses();
    setInterval(() => {
      if (!starters.every(isAlive)) stop(FAILED);
    }, PARENT_POLL_MS).unref();
  });
  await rehearsal.stop();
  return code;
}

/**
 * `keyferry sandbox`: runs a rehearsal cloud until it is stopped.
 * @param argv its own options
 * @returns the exit code
 */
export async function runSandbox(argv: readonly string[]): Promise<number> {
  try {
    const { help, ...options } = readOptions(argv);
    if (help) {
      console.log(USAGE);
      return 0;
    }
    const rehearsal = await startRehearsal({ ...options, onDefect: (error) => console.error(error) });
    announce(rehearsal);
    return await ended(rehearsal);
  } catch (error) {
    return reportFailure(error);
  }
}

function reportFailure(error: unknown): number {
  const usage = error instanceof TypeError;
  console.error(error instanceof Error ? error.message : error);
  if (usage) console.error(`\n${USAGE}`);
  if (isKeyferryError(error) && error.fix !== undefined) console.error(error.fix);
  if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
    console.error(
      "Another program uses this port, perhaps another rehearsal cloud; --port 0 takes a free port.",
    );
  }
  return usage ? WRONG_USAGE : FAILED;
}
