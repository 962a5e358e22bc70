import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "../../_helpers/fast-check";
import { OBEYED } from "../../_helpers/obeyed";
import { ACME } from "../../_helpers/topologies";
import { Stage } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

const HOSTILE = "\u001b[2J\u009b31m\u202e\u0007\r";

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-shown-"));
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

/** An AWS that puts terminal commands into every `nth` text of its responses. */
function hostile<T extends object>(target: T, nth: number): T {
  let count = 0;
  const spoilt = (value: unknown): unknown => {
    if (typeof value === "string") return count++ % nth === 0 ? `${value}${HOSTILE}` : value;
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    if (Array.isArray(value)) return value.map(spoilt);
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, spoilt(inner)]));
  };
  const wrapped = (owner: object): object =>
    new Proxy(owner, {
      get(from, key) {
        const value: unknown = Reflect.get(from, key);
        if (typeof value === "function")
          return (...args: unknown[]) => {
            const answer: unknown = Reflect.apply(value, from, args);
            if (answer instanceof Promise) return answer.then(spoilt);
            return typeof answer === "object" && answer !== null ? wrapped(answer) : answer;
          };
        return typeof value === "object" && value !== null ? wrapped(value) : value;
      },
    });
  return wrapped(target) as T;
}

const COMMANDS = [
  ["plan"],
  ["status"],
  ["verify"],
  ["clean"],
  ["doctor"],
  ["unlock"],
  ["run"],
  ["rollout"],
  ["run", "--rollback", "web"],
  ["keys", "list"],
];

test.each(COMMANDS)(
  "%s %s shows control characters in AWS's responses without sending them to the terminal",
  async (...argv) => {
    writeTopology(cwd, ACME);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.boolean(), async (nth, json) => {
        const stage = new Stage();
        const { out, err } = await give(stage, cwd, json ? [...argv, "--json"] : argv, {
          connect: () => hostile(stage.cloud.access(), nth),
          connectAsDeployer: () => hostile(stage.deployer.access(), nth),
          caller: async () => `arn:aws:iam::111111111111:user/${HOSTILE}`,
        });
        expect(`${out}${err}`).not.toBe("");
        expect(out).not.toMatch(OBEYED);
        expect(err).not.toMatch(OBEYED);
      }),
      { numRuns: 6 },
    );
  },
);

test.each([
  ["explain", `An error occurred (${HOSTILE}X) when calling the CopyImage operation: ${HOSTILE}no`],
  ["plan", "--only", HOSTILE],
  ["plan", "--config", HOSTILE],
  ["doctor", "--policy", HOSTILE],
  [HOSTILE],
  ["plan", `--${HOSTILE}`],
])("%j is printed without its control characters", async (...argv) => {
  writeTopology(cwd, ACME);
  const { out, err } = await give(new Stage(), cwd, argv);
  expect(`${out}${err}`).not.toBe("");
  expect(out).not.toMatch(OBEYED);
  expect(err).not.toMatch(OBEYED);
});

test("invalid texts of a topology are shown without their control characters", async () => {
  writeTopology(cwd, { ...ACME, name: HOSTILE, images: { [HOSTILE]: { tags: { [HOSTILE]: 1 } } } });
  const { err } = await give(new Stage(), cwd, ["plan"]);
  expect(err).toContain("\\u001b[2J");
  expect(err).not.toMatch(OBEYED);
});
