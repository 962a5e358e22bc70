import type { RuleState, StateParameter } from "../../../scripts/engine/rule-state";
import { isHeld, readHold, type Hold } from "../../../scripts/engine/hold";
import { readIntent } from "../../../scripts/engine/intent";
import { readLease } from "../../../scripts/engine/lease-record";
import type { CopyNode } from "../../../topology";
import fc from "../../_helpers/fast-check";

/** State records that all have this value. */
function bookSaying(text: string): RuleState {
  const page = {
    parameters: { get: async () => text },
    name: "/page",
    tags: {},
  } as unknown as StateParameter;
  return { lease: page, intent: page, rollback: page, now: () => new Date(0) };
}

const NODE = { place: { account: { id: "222222222222" }, region: "eu-west-1" } } as unknown as CopyNode;
const held = (hold: Hold | undefined) => isHeld(hold, NODE, "ami-1");

const PAGES = [
  { run: "r", at: "2026-01-01", heldBack: "ami-1", showing: "ami-0", accounts: ["222222222222"] },
  { run: "r", startedAt: "2026-01-01", sourceImageId: "ami-1", snapshotIds: ["snap-1"], jobs: ["web"] },
  { owner: { run: "r", host: "h", pid: 1 }, expires: "2026-01-01T00:00:00Z" },
];

test("a record of any other shape is interpreted as far as possible, without an error", async () => {
  const field = fc.oneof(fc.constantFrom<unknown>(null, 1, true, "x", [], [1], {}, [["x"]]), fc.jsonValue());
  const page = fc.oneof(
    fc.string(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.tuple(fc.constantFrom(...PAGES), fc.nat(), field).map(([right, at, value]) => {
      const keys = Object.keys(right);
      return JSON.stringify({ ...right, [keys[at % keys.length] ?? ""]: value });
    }),
    fc
      .tuple(fc.constantFrom(...PAGES), fc.nat())
      .map(([right, at]) => JSON.stringify(right).slice(0, at % 90)),
  );
  await fc.assert(
    fc.asyncProperty(page, async (text) => {
      const ruleState = bookSaying(text);
      const hold = await readHold(ruleState);
      expect([true, false]).toContain(held(hold));
      if (hold !== undefined) expect(typeof hold.showing).toBe("string");
      const intent = await readIntent(ruleState);
      for (const list of [intent?.jobs, intent?.snapshotIds]) {
        for (const item of list ?? []) expect(typeof item).toBe("string");
      }
      await readLease(ruleState);
    }),
    { numRuns: 500 },
  );
});

test.each([[7], ["222222222222"], [null], [[1]]])(
  "a rollback whose accounts are %j applies to all accounts, because fewer might be wrong",
  async (accounts) => {
    const text = JSON.stringify({ ...PAGES[0], accounts });
    expect(held(await readHold(bookSaying(text)))).toBe(true);
  },
);

test("a rollback that names other accounts does not apply", async () => {
  const text = JSON.stringify({ ...PAGES[0], accounts: ["333333333333"] });
  expect(held(await readHold(bookSaying(text)))).toBe(false);
});
