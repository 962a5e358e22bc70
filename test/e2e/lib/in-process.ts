import { readFileSync } from "node:fs";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import { systemHost } from "../../../scripts/cli/system-host";
import type { Clock } from "../../../scripts/engine/clock";
import { REHEARSAL_SETTINGS } from "../../../scripts/engine/settings";
import { visible } from "../../../core/visible";
import { ProgramFailed } from "../../../setup/program";
import { synthesise } from "../../../stacks/app";
import { configFile } from "../../../stacks/load-config";
import { reportMistakes } from "../../../stacks/report";
import { synthSettings } from "../../../stacks/settings";
import { resolveTopology, type TopologyInput } from "../../../topology";
import { ROOT, type Finished } from "./process";

/** Matches a configuration that contains only data. */
const DATA_FILE = /^export default (\{[^]*\});\n?$/;

/** Without the pause for eventual consistency: these clouds are consistent. Tests on eventually consistent clouds use processes. */
const SETTLED: Clock = {
  now: () => systemHost.clock.now(),
  steady: () => systemHost.clock.steady(),
  sleep: (seconds, signal) =>
    systemHost.clock.sleep(seconds === REHEARSAL_SETTINGS.settleSeconds ? 0 : seconds, signal),
};

/**
 * Runs `keyferry ...` in this process; only the start of the process is not real. A separate process takes seconds of CPU time to load the SDK.
 * Signals, exit codes and the interaction of two processes are tested with real processes.
 * @returns undefined if the configuration is a program, which only a separate process can load
 */
export async function inThisProcess(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<Finished | undefined> {
  if (data(env["KEYFERRY_CONFIG"]) === undefined) return undefined;
  const said = { stdout: "", stderr: "" };
  const host: Host = {
    ...systemHost,
    env,
    cwd,
    clock: SETTLED,
    out: (text) => void (said.stdout += `${text}\n`),
    err: (text) => void (said.stderr += `${text}\n`),
    load: (file) => ({ default: data(file) }),
    ...(cwd === ROOT ? { synthesise: synthesiseHere } : {}),
    onInterrupt: () => () => undefined,
  };
  const leave = enter(env);
  try {
    const code = await runCli(argv, host);
    return { code, signal: null, ...said };
  } finally {
    leave();
  }
}

/** What `main.ts` of this repository does. */
const synthesiseHere: NonNullable<Host["synthesise"]> = (environment, synthDir, { env, onOutput }) => {
  const tell = (text: string) => onOutput?.(visible(text));
  const config = configFile(env, environment.cwd);
  const code = reportMistakes(() => {
    const settings = synthSettings({ ...env, CDKTF_OUTDIR: synthDir }, environment.cwd, config);
    synthesise(resolveTopology(data(config) as TopologyInput), settings, tell);
  }, tell);
  return code === 0 ? Promise.resolve() : Promise.reject(new ProgramFailed("node main.ts", code, ""));
};

function data(file: string | undefined): unknown {
  if (file === undefined || path.extname(file) !== ".ts") return undefined;
  const [, text] = DATA_FILE.exec(readFileSync(file, "utf8")) ?? [];
  return text === undefined ? undefined : JSON.parse(text);
}

let inside = 0;
let before: NodeJS.ProcessEnv = {};

/** Sets the environment from which the SDK reads its settings. Commands that run at the same time have the same environment. */
function enter(env: NodeJS.ProcessEnv): () => void {
  if (inside === 0) before = { ...process.env };
  inside += 1;
  const umask = process.umask(0o077);
  set(env);
  return () => {
    inside -= 1;
    process.umask(umask);
    if (inside === 0) set(before);
  };
}

function set(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
