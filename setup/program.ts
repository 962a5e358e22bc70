import { execFile, spawn } from "node:child_process";
import { KeyferryError } from "../core/errors";

/** Output of a program, whether it succeeded or not. */
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

/** Runs a short program and returns its output. Never rejects. */
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

/** A program ended with an exit code other than 0, or did not start. */
export class ProgramFailed extends KeyferryError {
  constructor(
    /** Program and arguments, as in a shell. */
    readonly command: string,
    /** Undefined when the program did not start or was ended by a signal. */
    readonly exitCode: number | undefined,
    /** End of its output to stderr; empty if stderr went to the terminal. */
    readonly stderr: string,
    cause?: unknown,
  ) {
    const how = exitCode === undefined ? "did not end by itself" : `ended with exit code ${exitCode}`;
    const tail = stderr.trim() === "" ? "" : `:\n${stderr.trim()}`;
    super(`${command} ${how}${tail}`, { code: "ProgramFailed", source: "tool", cause });
  }
}

/**
 * Runs a program until it ends. Its output goes to the terminal, or to `onOutput` (stdout and stderr, in the order of
 * arrival); in that case the program has no terminal as input.
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
