import { readFileSync } from "node:fs";
import path from "node:path";
import { topologyDoc } from "../../docs/topology-doc";

/** Not a unit test, because the compiler takes seconds to return all types. */
const text = topologyDoc();

test("docs/topology.md is what `npm run docs` writes", () => {
  expect(readFileSync(path.resolve(__dirname, "../../docs/topology.md"), "utf8")).toBe(text);
});

test("every setting has a description", () => {
  const rows = text.split("\n").filter((line) => /^\| \*{0,2}`/.test(line));
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => /\|\s+\|$/.test(row))).toEqual([]);
});

test("every section of a topology is documented, with its nested sections", () => {
  for (const section of [
    "accounts.NAME",
    "images.NAME.to[].launch",
    "snapshots.NAME.from",
    "buckets.NAME.to[]",
    "keys.NAME",
  ])
    expect(text).toContain(`\n## \`${section}\`\n`);
});
