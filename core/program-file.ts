import fs from "node:fs";
import { types } from "node:util";
import vm from "node:vm";
import { ConfigurationError, KeyferryError, type Problem } from "./errors";
import { thrownText } from "./thrown";

/** A program of the user's whose default export is read: a configuration, or a table of prices. */
export interface ProgramFile {
  /** Absolute. */
  readonly file: string;
  /** As the user named it. */
  readonly named: string;
  /** What it is, for the report of its problems: `the configuration`. */
  readonly origin: string;
  /** The problem to report if the file does not exist. @default - that it does not exist */
  readonly ifMissing?: Omit<Problem, "path">;
  /** Returns the exports of a file. */
  readonly load: (file: string) => unknown;
  /** @default 20 */
  readonly maxSeconds?: number;
}

/** A program may run other programs, such as `git`; one that takes longer is assumed never to end. */
const MAX_SECONDS = 20;

/**
 * Runs the program in this process, and returns its export. The program may fail in any way, never end, or try to end the
 * process.
 * @throws ConfigurationError that describes what the program did
 */
export function runProgramFile(program: ProgramFile): unknown {
  const { file, ifMissing = { what: "there is no such file" } } = program;
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) {
    refuse(program, found === undefined ? ifMissing : { ...ifMissing, what: "it is not a file" });
  }
  ran.set(file, program);
  let exported: unknown;
  try {
    exported = bounded(() => defaultExport(program.load(file)), program.maxSeconds ?? MAX_SECONDS);
  } catch (error) {
    refuse(program, { what: `it cannot be loaded: ${thrownText(error)}` });
  }
  if (exported === undefined) {
    refuse(program, { what: "it has no default export", fix: "export default ..." });
  }
  if (types.isPromise(exported)) {
    // Without this handler, a rejection would be unhandled.
    void Promise.prototype.then.call(exported, undefined, () => undefined);
    refuse(program, {
      what: "it exports a promise",
      allowed: "the value that the promise resolves to, read synchronously",
    });
  }
  return exported;
}

/** Programs that were run in this process, by absolute path. */
const ran = new Map<string, ProgramFile>();

/**
 * The error to report for a failure that no code waits for, if a program of the user's caused it: a timer that fails, or a
 * promise.
 * @returns undefined if no program of the user's caused it
 */
export function lateFailure(error: unknown): ConfigurationError | undefined {
  const programs = [...ran.values()];
  const stack = stackOf(error);
  // Keyferry's own code throws only errors, so any other value is from a program.
  const guilty = stack === undefined ? programs[0] : programs.find(({ file }) => stack.includes(file));
  if (guilty === undefined) return undefined;
  const what = `something it started failed after it was loaded: ${thrownText(error)}`;
  return new ConfigurationError([{ path: guilty.named, what }], guilty.origin);
}

function bounded<T>(work: () => T, seconds: number): T {
  const own = process as { exit: unknown };
  const { exit } = own;
  own.exit = (code?: unknown) => refuseExit(code);
  try {
    return vm.runInNewContext("work()", { work }, { timeout: seconds * 1000 }) as T;
  } catch (error) {
    if (ownText(error, "code") !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new KeyferryError(`it did not finish after ${seconds} seconds`, {
      code: "TimedOut",
      source: "user",
    });
  } finally {
    own.exit = exit;
  }
}

function refuseExit(code: unknown): never {
  const call = `process.exit(${typeof code === "number" ? code : ""})`;
  throw new KeyferryError(`it ends the process: ${call}`, { code: "ProcessEnded", source: "user" });
}

/** The default export of an ES module; the exports of a CommonJS module without a default export. */
function defaultExport(loaded: unknown): unknown {
  const { default: value, __esModule: isModule } = Object(loaded) as Record<string, unknown>;
  return value !== undefined || isModule === true || types.isModuleNamespaceObject(loaded) || isEmpty(loaded)
    ? value
    : loaded;
}

function isEmpty(loaded: unknown): boolean {
  return (
    loaded === undefined ||
    (typeof loaded === "object" && loaded !== null && Object.keys(loaded).length === 0)
  );
}

function stackOf(error: unknown): string | undefined {
  return types.isNativeError(error) ? (ownText(error, "stack") ?? "") : undefined;
}

/** A property of an error, without running the user's code. */
function ownText(error: unknown, name: string): string | undefined {
  if (!types.isNativeError(error) || types.isProxy(error)) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(error, name)?.value;
  return typeof value === "string" ? value : undefined;
}

function refuse({ named, origin }: ProgramFile, problem: Omit<Problem, "path">): never {
  throw new ConfigurationError([{ path: named, ...problem }], origin);
}
