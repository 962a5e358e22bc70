import { readFileSync } from "node:fs";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import { systemHost } from "../../../scripts/cli/system-host";
import type { Clock } from "../../../scripts/engine/clock";
import { REHEARSAL_SETTINGS } from "../../../scripts/engine/settings";
import type { Finished } from "./process";

/** What a configuration that is nothing but data looks like. */
const DATA_FILE = /^export default (\{[^]*\});\n?$/;

/** These clouds' answers never lag behind: nothing has to settle. Those that do are worked on by processes. */
const SETTLED: Clock = {
  now: () => systemHost.clock.now(),
  steady: () => systemHost.clock.steady(),
  sleep: (seconds, signal) =>
    systemHost.clock.sleep(seconds === REHEARSAL_SETTINGS.settleSeconds ? 0 : seconds, signal),
};

/**
 * `keyferry ...` in this process, with everything real but its start: a process of its own takes seconds of processor time to load the SDK.
 * What processes do by themselves, signals, exit codes and what two of them do to each other, is tested with real ones.
 * @returns undefined where the configuration is a program, which only a process can load
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

function data(file: string | undefined): unknown {
  if (file === undefined || path.extname(file) !== ".ts") return undefined;
  const [, text] = DATA_FILE.exec(readFileSync(file, "utf8")) ?? [];
  return text === undefined ? undefined : JSON.parse(text);
}

let inside = 0;
let before: NodeJS.ProcessEnv = {};

/** The SDK reads its settings from the process. Commands that run at the same time have the same. */
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
