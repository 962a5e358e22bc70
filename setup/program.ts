import { execFile, spawn } from "node:child_process";
import { KeyferryError } from "../core/errors";

/** What a program printed, whether it succeeded or not. */
export interface Captured {
  /** Undefined when the program did not start or was ended by a signal. */
  readonly exitCode?: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  /** The program's whole environment; entries that are undefined are left out. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Aborting interrupts the program as Ctrl-C does, so that Terraform releases its locks. */
  readonly signal?: AbortSignal;
}

const PROBE_TIMEOUT_MS = 30_000;
const STDERR_TAIL_CHARACTERS = 2_000;

/** Runs a program that answers quickly and says what it printed. Never rejects. */
export function capture(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<Captured> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { ...options, timeout: PROBE_TIMEOUT_MS, windowsHide: true },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : undefined;
        resolve({ exitCode, stdout, stderr: stderr === "" && error !== null ? error.message : stderr });
      },
    );
  });
}

/** A program ended with anything but 0, or did not start. */
export class ProgramFailed extends KeyferryError {
  constructor(
    /** Program and arguments, as one would type them. */
    readonly command: string,
    /** Undefined when the program did not start or was ended by a signal. */
    readonly exitCode: number | undefined,
    /** The last of what it wrote to stderr; empty where stderr went to the terminal. */
    readonly stderr: string,
    cause?: unknown,
  ) {
    const how = exitCode === undefined ? "did not end by itself" : `ended with exit code ${exitCode}`;
    const tail = stderr.trim() === "" ? "" : `:\n${stderr.trim()}`;
    super(`${command} ${how}${tail}`, { code: "ProgramFailed", source: "tool", cause });
  }
}

/**
 * Runs a program to its end. Its output goes to the terminal, or to `onOutput` (stdout and stderr, as they come)
 * with no terminal to read from.
 *
 * @throws ProgramFailed
 */
export function run(
  command: string,
  args: readonly string[],
  options: ProgramOptions & { readonly onOutput?: (text: string) => void },
): Promise<void> {
  const { onOutput, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    let stderr = "";
    const fail = (exitCode: number | undefined, cause?: unknown) =>
      reject(new ProgramFailed([command, ...args].join(" "), exitCode, stderr, cause));
    const child = spawn(command, args, {
      ...spawnOptions,
      killSignal: "SIGINT",
      stdio: onOutput === undefined ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => onOutput?.(text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(-STDERR_TAIL_CHARACTERS);
      onOutput?.(text);
    });
    let failure: unknown;
    child.on("error", (error) => {
      failure = error;
      if (child.pid === undefined) fail(undefined, error);
    });
    child.on("close", (code) => (code === 0 ? resolve() : fail(code ?? undefined, failure)));
  });
}
