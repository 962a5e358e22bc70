import { spawnSync, type SpawnSyncOptions } from "node:child_process";
import path from "node:path";

const TELL_CPU = path.join(__dirname, "tell-cpu.cjs");

/** Seconds of processor time that a Node process takes, as it reports itself. @param expected its exit code */
export function secondsOf(argv: readonly string[], options: SpawnSyncOptions = {}, expected = 0): number {
  const { output, status } = spawnSync(process.execPath, ["-r", TELL_CPU, ...argv], {
    ...options,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  if (status !== expected) throw new TypeError(`${argv.join(" ")} has ended with ${String(status)}`);
  return Number(output[3]) / 1e6;
}
