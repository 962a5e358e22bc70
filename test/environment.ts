import "../bin/compile-later";
import { AsyncLocalStorage } from "node:async_hooks";
import { TestEnvironment } from "jest-environment-node";

/** Those that have been used since the last test file ended. */
const used = new Set<AsyncLocalStorage<unknown>>();

const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...input: never[]) {
  used.add(this);
  return Reflect.apply(run, this, input) as never;
};

/**
 * A worker that has run a hundred files has nothing open at its end, and up to a gigabyte to free, which takes longer than
 * Jest waits before it complains and kills it: to exit at once leaves the memory to the operating system.
 */
// eslint-disable-next-line no-restricted-properties -- the process is a worker of Jest's, whose tests are all told
if (process.send !== undefined) process.on("exit", (code) => process.exit(code));

/**
 * Node's environment, which leaves no AsyncLocalStorage behind. Each test file has its own, of Jest and of the code tested;
 * before Node 24 every promise carries the store of every storage that was ever used, so that the hundredth file of a
 * worker waits for a hundred of them at each `await`.
 */
export default class Environment extends TestEnvironment {
  override async teardown(): Promise<void> {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
}
