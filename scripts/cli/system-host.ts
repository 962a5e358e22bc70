import { isatty } from "node:tty";
import { createInterface } from "node:readline/promises";
import { systemClock } from "../engine/clock";
import { EXIT } from "./exit-codes";
import type { Host } from "./host";
import { lazy } from "./lazy";
import type { Terminal } from "./live-screen";
import { machineName } from "./machine-name";

/** Ctrl-C, the end of a service or build, and of the terminal or connection from which the command was started. */
const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The real world. */
export const systemHost: Host = {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(`${text}\n`),
  ...(process.stdout.isTTY ? { columns: () => process.stdout.columns || 80 } : {}),
  err: (text) => void process.stderr.write(`${text}\n`),
  ...terminalOf(process.stderr, process.env),
  // Looking at process.stdin would make a pipe non-blocking, and reading it whole would fail with EAGAIN.
  ...(isatty(0) ? { ask } : {}),
  load: (file) => lazy.tsx().require(file, __filename),
  clock: systemClock,
  connect: (topology, sessionName) => lazy.clients().connect(topology, sessionName),
  caller: (topology) => lazy.caller().callerArn(topology),
  connectAsDeployer: (topology, sessionName) => lazy.deployer().connectAsDeployer(topology, sessionName),
  get hostName() {
    return machineName();
  },
  pid: process.pid,
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // A process of another user is alive, though it may not be signalled.
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
  onInterrupt(callback) {
    let count = 0;
    const handler = () => {
      count += 1;
      if (count > 1) process.exit(EXIT.interrupted);
      callback();
    };
    for (const signal of INTERRUPTS) process.on(signal, handler);
    return () => {
      for (const signal of INTERRUPTS) process.off(signal, handler);
    };
  },
  every(seconds, callback) {
    const timer = setInterval(callback, seconds * 1000);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Ctrl-C, and the end of the input, answer with undefined. */
async function ask(question: string): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  reader.once("SIGINT", () => given.abort()).once("close", () => given.abort());
  try {
    return await reader.question(question, { signal: given.signal });
  } catch {
    return undefined;
  } finally {
    reader.close();
  }
}

/** A build's log is no terminal, even where it looks like one; nor is one that cannot move its cursor. */
function terminalOf(
  stream: NodeJS.WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): { readonly terminal?: Terminal } {
  const isLog = [undefined, "", "false", "0"].indexOf(env["CI"]) < 0;
  if (!stream.isTTY || isLog || env["TERM"] === "dumb") return {};
  return {
    terminal: {
      write: (text) => void stream.write(text),
      columns: () => stream.columns || 80,
      rows: () => stream.rows || 24,
      color: stream.hasColors() && (env["NO_COLOR"] ?? "") === "",
      onExit(callback) {
        process.on("exit", callback);
        return () => process.off("exit", callback);
      },
    },
  };
}
