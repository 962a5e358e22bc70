import { availableMemoryBytes, stacksAtOnce } from "../../setup/parallelism";

const GB = 1024 ** 3;

test.each([
  [0.2 * GB, 1],
  [3.9 * GB, 1],
  [4 * GB, 2],
  [16 * GB, 8],
])("in %d bytes, %d stacks with two aliases fit", (bytes, stacks) => {
  expect(stacksAtOnce(bytes)).toBe(stacks);
});

test("more aliases of the provider allow fewer stacks at the same time", () => {
  expect(stacksAtOnce(16 * GB, 8)).toBe(2);
});

test("the available memory is a positive number", () => {
  expect(availableMemoryBytes()).toBeGreaterThan(0);
});
