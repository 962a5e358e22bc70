import { readFileSync } from "node:fs";
import path from "node:path";
import { createClock } from "../clock";
import { composeFrame } from "../compose";
import { operationsText, withOperations } from "../readme-tables";
import { FakeMoto } from "./lib/fake-moto";
import { judgedDoc } from "../../../test/e2e/lib/moto-verdicts";

const { services } = composeFrame(
  createClock(1, () => undefined),
  new FakeMoto().forward,
  () => undefined,
);

test("the README's operations match what `npm run docs` writes", () => {
  const readme = readFileSync(path.resolve(__dirname, "../README.md"), "utf8");
  expect(readme).toBe(withOperations(readme, services));
});

test("docs/rehearsal-judged.md matches what `npm run docs` writes", () => {
  const file = path.resolve(__dirname, "../../../docs/rehearsal-judged.md");
  expect(readFileSync(file, "utf8")).toBe(judgedDoc());
});

test("every operation of every table is listed once, under the program that answers it", () => {
  const text = operationsText([
    {
      name: "tea",
      protocol: "json",
      operations: { Pour: { checks: () => [], run: () => ({}) } },
      forwarded: { Pour: () => [], Boil: () => [] },
    },
  ]);
  expect(text).toBe(
    "### tea\n\nEnforced: answered here (1). `Pour`.\n\nStored: authorised here, then answered by moto (1). `Boil`.",
  );
});

test("parameters are listed for every operation that refuses any other", () => {
  const operation = { checks: () => [], run: () => ({}) };
  const operations = { Pour: { ...operation, parameters: ["Cup", "Amount"] }, Boil: operation };
  const text = operationsText([{ name: "tea", protocol: "ec2", operations, forwarded: {} }]);
  expect(text).toContain("a call with any other is refused:\n\n- `Pour`: Amount, Cup");
  expect(text).not.toContain("- `Boil`");
});

test("a README without the marked section is an error", () => {
  expect(() => withOperations("# A cloud", services)).toThrow("no section");
});
