import "../bin/compile-later";
import { AsyncLocalStorage } from "node:async_hooks";
import type { JestEnvironment } from "@jest/environment";
import { ModuleMocker } from "jest-mock";
import { shareCompiledModules, WHOLE_WORKER } from "./shared-modules";
import { surroundings } from "./worker-surroundings";

/** Those that have been used since the last test file ended. */
const used = new Set<AsyncLocalStorage<unknown>>();

const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...input: never[]) {
  used.add(this);
  return Reflect.apply(run, this, input) as never;
};

/** Jest tells a worker so that all files are done. */
const END = 2;

/**
 * Jest kills a worker that does not end within half a second, and complains. One that has run a hundred files has up to a gigabyte to free, and
 * after a matrix of crashes thousands of connections to close: to exit at once leaves both to the operating system.
 */
if (process.send !== undefined)
  process.on("message", (message) => {
    // eslint-disable-next-line no-restricted-properties -- the process is a worker of Jest's, whose tests are all told
    if (Array.isArray(message) && message[0] === END) process.exit();
  });

shareCompiledModules();

/**
 * Test files of one worker have their modules each by itself, but one JavaScript realm: what one has compiled, the next one runs. In a realm
 * of its own, as Jest's environment for Node makes it, each would compile the same few hundred modules. What a file
 * changes around itself ends with it: global values, environment variables, listeners of the process.
 */
export default class Environment implements JestEnvironment {
  readonly global = globalThis as unknown as JestEnvironment["global"];
  readonly moduleMocker = new ModuleMocker(globalThis);
  /** No test moves the clock of its process: everything takes its clock. */
  readonly fakeTimers = null;
  readonly fakeTimersModern = null;
  private readonly before = surroundings();

  async setup(): Promise<void> {
    // Enough to see which test a helper was called by. Jest's hundred lines are slow to make: the constructs' framework makes them often.
    Error.stackTraceLimit = 20;
  }

  /**
   * Leaves no AsyncLocalStorage behind: before Node 24 every promise carries the store of every storage that was ever used, so that the
   * hundredth file of a worker waits for a hundred of them at each `await`.
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
