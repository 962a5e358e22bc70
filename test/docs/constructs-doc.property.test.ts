import { readFileSync } from "node:fs";
import path from "node:path";
import { constructsDoc } from "../../docs/constructs-doc";

/** Not a unit test, because the compiler takes seconds to return all docstrings. */
const text = constructsDoc();

test("docs/constructs.md is what `npm run docs` writes", () => {
  expect(readFileSync(path.resolve(__dirname, "../../docs/constructs.md"), "utf8")).toBe(text);
});

test("every export, prop and member has a description", () => {
  const rows = text.split("\n").filter((line) => /^\| \*{0,2}`/.test(line));
  expect(rows.length).toBeGreaterThan(250);
  expect(rows.filter((row) => /\|\s+\|$/.test(row))).toEqual([]);
  const sections = text.split("\n### ").slice(1);
  expect(sections.length).toBeGreaterThan(45);
  expect(sections.filter((section) => !/^\w+\n\n[A-Z]/.test(section))).toEqual([]);
});

test("a class is documented with its constructor and its errors, props, look-up methods and methods", () => {
  const [section = ""] = text.split("### CustomerManagedKey\n")[1]?.split("\n### ") ?? [];
  expect(section).toContain(
    "`new CustomerManagedKey(scope: Construct, id: string, props: CustomerManagedKeyProps)` Throws",
  );
  expect(section).toContain("| **`alias`** | `string` |");
  expect(section).toContain("| `CustomerManagedKey.fromAlias(");
  expect(section).toContain("| `addReplica(");
  expect(section).not.toContain("policyIn");
});
