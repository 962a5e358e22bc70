import { readFileSync } from "node:fs";
import path from "node:path";
import { constructsDoc } from "../../docs/constructs-doc";

/** Asking the compiler for every docstring takes seconds: this is no unit test. */
const text = constructsDoc();

test("docs/constructs.md is what `npm run docs` writes", () => {
  expect(readFileSync(path.resolve(__dirname, "../../docs/constructs.md"), "utf8")).toBe(text);
});

test("everything that is exported says what it is, with every prop and member", () => {
  const rows = text.split("\n").filter((line) => /^\| \*{0,2}`/.test(line));
  expect(rows.length).toBeGreaterThan(250);
  expect(rows.filter((row) => /\|\s+\|$/.test(row))).toEqual([]);
  const sections = text.split("\n### ").slice(1);
  expect(sections.length).toBeGreaterThan(45);
  expect(sections.filter((section) => !/^\w+\n\n[A-Z]/.test(section))).toEqual([]);
});

test("a class has its constructor with what it throws, its props, look-ups and methods", () => {
  const [section = ""] = text.split("### CustomerManagedKey\n")[1]?.split("\n### ") ?? [];
  expect(section).toContain(
    "`new CustomerManagedKey(scope: Construct, id: string, props: CustomerManagedKeyProps)` Throws",
  );
  expect(section).toContain("| **`alias`** | `string` |");
  expect(section).toContain("| `CustomerManagedKey.fromAlias(");
  expect(section).toContain("| `addReplica(");
  expect(section).not.toContain("policyIn");
});
