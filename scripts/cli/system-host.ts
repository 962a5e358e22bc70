import { isatty } from "node:tty";
import { createInterface } from "node:readline/promises";
import { systemWorld } from "../api/system-world";
import { EXIT } from "./exit-codes";
import type { Host } from "./host";
import { loadTypeScript } from "./load-typescript";
import type { Terminal } from "./live-screen";

/** Ctrl-C, the stop of a service or build, and the end of the terminal or connection that started the command. */
const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The real environment. */
export const systemHost: Host = {
  env: systemWorld.env,
  cwd: systemWorld.cwd,
  clock: systemWorld.clock,
  connect: systemWorld.connect,
  caller: systemWorld.caller,
  connectAsDeployer: systemWorld.connectAsDeployer,
  connectToBuckets: systemWorld.connectToBuckets,
  get hostName() {
    return systemWorld.hostName;
  },
  pid: systemWorld.pid,
  isAlive: systemWorld.isAlive,
  out: (text) => void process.stdout.write(`${text}\n`),
  ...(process.stdout.isTTY ? { columns: () => process.stdout.columns || 80 } : {}),
  err: (text) => void process.stderr.write(`${text}\n`),
  ...terminalOf(process.stderr, process.env),
  // Accessing process.stdin would make a pipe non-blocking, and reading all of it would fail with EAGAIN.
  ...(isatty(0) ? { ask } : {}),
  load: loadTypeScript,
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

/** Returns undefined on Ctrl-C and at the end of the input. */
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

/** A build's log does not count as a terminal, even if it looks like one; nor does a terminal that cannot move its cursor. */
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
