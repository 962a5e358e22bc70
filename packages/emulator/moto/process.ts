import { execFile, spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { EmulatorError } from "../errors";

/** moto's data, apart from its service: JSON that only moto reads. */
export interface MotoState {
  /** @throws EmulatorError `MotoStateNotWritable` naming the service whose state cannot be written */
  capture(): Promise<Buffer>;
  /** @throws EmulatorError `MotoStateNotReadable`; moto then keeps its current data */
  restore(state: Buffer): Promise<void>;
  reset(): Promise<void>;
  /** Memory of its process in bytes; undefined where the system does not report it. */
  resident(): Promise<number | undefined>;
}

export interface MotoProcess {
  /** Port on 127.0.0.1. */
  readonly port: number;
  readonly state: MotoState;
  stop(): void;
}

/** moto's environment variables. */
export const MOTO_SETTINGS = {
  // Reading AWS's managed policies once takes about 0.15 s, and gives roles the permissions that they have on AWS.
  MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
  // Images are answered here; moto would hold a thousand of its own in every Region of an account, and write them into every state.
  MOTO_EC2_LOAD_DEFAULT_AMIS: "false",
  MOTO_ALLOW_NONEXISTENT_REGION: "true",
  // Otherwise the owner of a bucket is unknown, and access between accounts cannot be decided.
  MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: "false",
};

/**
 * Starts moto on a free port with the given Python; it ends with this process, however this process ends.
 * @throws EmulatorError `MotoNotStarted` with moto's last output
 */
export async function startMoto(python: string): Promise<MotoProcess> {
  const child = spawn(python, [path.join(__dirname, "serve.py")], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...MOTO_SETTINGS },
  });
  let lastWords = "";
  child.stderr.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString("utf8")).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (what: string): void =>
      reject(
        new EmulatorError(`moto did not start with ${python}: ${what} ${lastWords.trim()}`.trim(), {
          code: "MotoNotStarted",
          fix: "give it a Python that has moto's server, version 5.2.1",
        }),
      );
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with code ${String(code)}.`));
    lines.on("line", (line) => {
      const match = /^port (\d+)$/.exec(line);
      if (match !== null) resolve(Number(match[1]));
    });
  });
  return { port, state: stateOf(child, lines), stop: () => void child.kill("SIGKILL") };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function stateOf(child: Child, lines: Interface): MotoState {
  let last: Promise<unknown> = Promise.resolve();
  const send = (order: object): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new EmulatorError("moto has ended", { code: "MotoEnded" }));
      child.once("exit", ended);
      lines.once("line", (line) => {
        child.off("exit", ended);
        resolve((JSON.parse(line.replace(/^done /, "")) as { readonly error?: string }).error);
      });
      child.stdin.write(`${JSON.stringify(order)}\n`);
    });
  /** One command at a time: responses do not say which command they belong to. */
  const obey = async (order: object, code: string): Promise<void> => {
    const turn = last.catch(() => undefined).then(() => send(order));
    last = turn;
    const error = await turn;
    if (error !== undefined) throw new EmulatorError(error, { code });
  };
  return {
    capture: () =>
      inDirectory(async (file) => {
        await obey({ do: "write", path: file }, "MotoStateNotWritable");
        return readFile(file);
      }),
    restore: (state) =>
      inDirectory(async (file) => {
        await writeFile(file, state);
        await obey({ do: "read", path: file }, "MotoStateNotReadable");
      }),
    reset: () => obey({ do: "reset" }, "MotoStateNotReset"),
    resident: () => residentBytes(child.pid),
  };
}

async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
    return Number(stdout) * 1024;
  } catch {
    return undefined;
  }
}

/** In a directory that only this user can read. */
async function inDirectory<T>(work: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "keyferry-moto-"));
  try {
    return await work(path.join(directory, "state"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
