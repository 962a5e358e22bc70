import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, rmSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { PRIVATE_FILE } from "../../core/whole-file";
import { ProgramFailed } from "../../setup/program";
import type { TerraformParts } from "../../setup/terraform-variables";
import type { Log } from "./log";

/** What every Terraform command needs. */
export interface Surroundings {
  readonly parts: TerraformParts;
  readonly log: Log;
  /** Aborting interrupts Terraform once: it completes its operations in progress and releases its locks. */
  readonly signal: AbortSignal;
}

export interface Invocation {
  /** Absolute. */
  readonly directory: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of the output, stdout and stderr. */
  readonly onLine: (line: string) => void;
}

const POLL_MS = 100;
const BUFFER_BYTES = 64 * 1024;

/**
 * Runs one Terraform command to its end. Its output goes to a file, and it runs in its own process group: if this process is killed,
 * or its terminal is closed, Terraform still finishes and writes its state.
 * @returns Terraform's exit code; 1 if a signal ended it
 * @throws ProgramFailed if it cannot be started
 */
export function runTerraform(surroundings: Surroundings, invocation: Invocation): Promise<number> {
  const { parts, log, signal } = surroundings;
  const { directory, args, env, onLine } = invocation;
  const spool = log.spool();
  const descriptor = openSync(spool, "w+", PRIVATE_FILE);
  const read = lineReader(descriptor, onLine);
  const child = spawn(parts.terraform.path, args, {
    cwd: directory,
    env: { ...parts.env, ...env },
    stdio: ["ignore", descriptor, descriptor],
    // On Windows this would open a window.
    detached: process.platform !== "win32",
  });
  const poll = setInterval(() => read(false), POLL_MS);
  const interrupt = () => void child.kill("SIGINT");
  if (signal.aborted) interrupt();
  signal.addEventListener("abort", interrupt, { once: true });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (cause) => {
      reject(new ProgramFailed([parts.terraform.path, ...args].join(" "), undefined, cause.message, cause));
    });
    child.once("close", (code) => resolve(code ?? 1));
  });
  return ended.finally(() => {
    clearInterval(poll);
    signal.removeEventListener("abort", interrupt);
    read(true);
    closeSync(descriptor);
    rmSync(spool);
  });
}

/** Continues reading where it stopped, and passes on complete lines; at the end also the rest. */
function lineReader(descriptor: number, onLine: (line: string) => void): (isEnd: boolean) => void {
  const decoder = new StringDecoder("utf8");
  const buffer = Buffer.alloc(BUFFER_BYTES);
  let position = 0;
  let rest = "";
  return (isEnd) => {
    for (;;) {
      const bytes = readSync(descriptor, buffer, 0, buffer.length, position);
      if (bytes === 0) break;
      position += bytes;
      const lines = (rest + decoder.write(buffer.subarray(0, bytes))).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach((line) => onLine(line));
    }
    if (isEnd && rest !== "") onLine(rest);
  };
}
