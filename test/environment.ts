import "../bin/compile-later";
import { AsyncLocalStorage } from "node:async_hooks";
import type { JestEnvironment } from "@jest/environment";
import { ModuleMocker } from "jest-mock";
import { shareCompiledModules, WHOLE_WORKER } from "./shared-modules";
import { surroundings } from "./worker-surroundings";

/** Storages that were used since the last test file ended. */
const used = new Set<AsyncLocalStorage<unknown>>();

const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...input: never[]) {
  used.add(this);
  return Reflect.apply(run, this, input) as never;
};

/** With this, Jest tells a worker that all files are done. */
const END = 2;

/**
 * Jest kills a worker that does not end within half a second, and prints a warning. After a hundred files a worker has up to a gigabyte to free, and
 * after a matrix of crashes thousands of connections to close. Exiting immediately leaves both to the operating system.
 */
if (process.send !== undefined)
  process.on("message", (message) => {
    // eslint-disable-next-line no-restricted-properties -- the process is a Jest worker whose results have all been reported
    if (Array.isArray(message) && message[0] === END) process.exit();
  });

shareCompiledModules();

/**
 * Test files of one worker have separate modules but one JavaScript realm, so code that one file has compiled is reused by the next. In separate
 * realms, as in Jest's environment for Node, each file would compile the same few hundred modules. Changes of a file to global state
 * are undone at its end: global values, environment variables, listeners of the process.
 */
export default class Environment implements JestEnvironment {
  readonly global = globalThis as unknown as JestEnvironment["global"];
  readonly moduleMocker = new ModuleMocker(globalThis);
  /** No fake timers: all code takes its clock as a parameter, so no test changes the clock of its process. */
  readonly fakeTimers = null;
  readonly fakeTimersModern = null;
  private readonly before = surroundings();

  async setup(): Promise<void> {
    // Enough to see which test called a helper. Jest's hundred lines are slow to create, and the constructs' framework captures many stack traces.
    Error.stackTraceLimit = 20;
  }

  /**
   * Disables all AsyncLocalStorage instances: before Node 24 every promise carries the store of every storage that was ever used, so the
   * hundredth file of a worker would process a hundred of them at each `await`.
   */
  async teardown(): Promise<void> {
    for (const storage of used) storage.disable();
    used.clear();
    this.before.restore();
  }

  exportConditions(): string[] {
    return ["node", "node-addons"];
  }

  getVmContext() {
    return WHOLE_WORKER;
  }
}
