import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startVirtualCloud } from "../test/_helpers/virtual";
import { resolveTopology } from "../topology";
import type { Bench } from "./bench";
import { COPIES, fleetTopology, furnish } from "./fleet";
import { startSandbox } from "./sandbox-process";

const KEYFERRY = path.join(__dirname, "../bin/keyferry.js");
const TELL_MEMORY = path.join(__dirname, "tell-memory.cjs");
const TIME_SCALE = 600;

/** Maximum memory of `keyferry run` as a separate process; the cloud runs in another one. */
export const memoryBench: Bench = async () => {
  const topology = resolveTopology(fleetTopology());
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-bench-"));
  const state = path.join(directory, "state");
  const config = path.join(directory, "keyferry.config.ts");
  writeFileSync(config, `export default ${JSON.stringify(fleetTopology())};\n`);
  const furnished = await startVirtualCloud(topology.operator.id);
  await furnish(furnished, topology);
  writeFileSync(state, await furnished.dump());
  await furnished.stop();
  const { child, url } = await startSandbox(["--state", state, "--time-scale", String(TIME_SCALE)]);
  try {
    const { code, kilobytes } = await peakOf(
      ["run", "--config", config],
      {
        ...process.env,
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: topology.operator.id,
        AWS_SECRET_ACCESS_KEY: "rehearsal",
        AWS_REGION: "us-east-1",
        KEYFERRY_REHEARSAL_DIR: path.join(directory, "workspace"),
      },
      directory,
    );
    const what = `keyferry run, ${COPIES} copies (ended with ${code}), maximum memory`;
    return [{ what, value: kilobytes / 1024, unit: "MiB" }];
  } finally {
    child.kill("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  }
};

function peakOf(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<{ readonly code: number | null; readonly kilobytes: number }> {
  const child = spawn(process.execPath, ["-r", TELL_MEMORY, KEYFERRY, ...argv], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  let output = "";
  child.stdio[3]?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, kilobytes: Number(output) }));
  });
}
