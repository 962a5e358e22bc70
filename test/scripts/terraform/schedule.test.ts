import { deploymentOrder, inOrder } from "../../../scripts/terraform/schedule";
import type { Outcome } from "../../../scripts/terraform/outcome";

const STACKS = [
  { name: "keys-a", dependencies: [] },
  { name: "keys-b", dependencies: [] },
  { name: "access-a", dependencies: ["keys-a"] },
  { name: "access-b", dependencies: ["keys-a", "keys-b", "elsewhere"] },
  { name: "consumers-b", dependencies: [] },
];
const foundationOf = (name: string) => (name === "consumers-b" ? ["keys-b", "access-b"] : []);
const DONE: Outcome = { state: "unchanged" };
const FAILED: Outcome = { state: "failed", step: "plan", exitCode: 1, diagnostics: [], done: [] };

async function worked(destroy: boolean, outcomeOf: (name: string) => Outcome = () => DONE, atOnce = 4) {
  const begun: string[] = [];
  let running = 0;
  let most = 0;
  const outcomes = await inOrder(deploymentOrder(STACKS, foundationOf, destroy), atOnce, async (name) => {
    begun.push(name);
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running -= 1;
    return outcomeOf(name);
  });
  return { begun, most, outcomes };
}

const before = (names: readonly string[], first: string, then: string) =>
  names.indexOf(first) < names.indexOf(then);

test("a stack comes after those that it reads, consumers after their foundation; destruction is in reverse order", async () => {
  const { begun } = await worked(false);
  expect(begun).toHaveLength(STACKS.length);
  const { begun: destroyed } = await worked(true);
  for (const [first, then] of [
    ["keys-a", "access-a"],
    ["keys-a", "access-b"],
    ["keys-b", "access-b"],
    ["access-b", "consumers-b"],
  ] as const) {
    expect([first, then, before(begun, first, then)]).toEqual([first, then, true]);
    expect([then, first, before(destroyed, then, first)]).toEqual([then, first, true]);
  }
});

test("a failed stack blocks only those that depend on it", async () => {
  const { begun, outcomes } = await worked(false, (name) => (name === "keys-b" ? FAILED : DONE));
  expect(begun).not.toContain("access-b");
  expect(outcomes.get("access-a")).toEqual(DONE);
  expect(outcomes.get("access-b")).toEqual({ state: "not-started", because: ["keys-b"] });
  expect(outcomes.get("consumers-b")).toEqual({ state: "not-started", because: ["keys-b", "access-b"] });
});

test("the number of stacks at a time does not exceed the limit", async () => {
  expect((await worked(false, () => DONE, 1)).most).toBe(1);
  expect((await worked(false, () => DONE, 2)).most).toBe(2);
});
