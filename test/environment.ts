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
