import { readFileSync } from "node:fs";
import path from "node:path";
import { topologyDoc } from "../../docs/topology-doc";

/** Asking the compiler for every type takes seconds: this is no unit test. */
const text = topologyDoc();

test("docs/topology.md is what `npm run docs` writes", () => {
  expect(readFileSync(path.resolve(__dirname, "../../docs/topology.md"), "utf8")).toBe(text);
});

test("every setting says what it is", () => {
  const rows = text.split("\n").filter((line) => /^\| \*{0,2}`/.test(line));
  expect(rows.length).toBeGreaterThan(100);
  expect(rows.filter((row) => /\|\s+\|$/.test(row))).toEqual([]);
});

test("every section of a topology is there, with what is nested in it", () => {
  for (const section of [
    "accounts.NAME",
    "images.NAME.to[].launch",
    "snapshots.NAME.from",
    "buckets.NAME.to[]",
    "keys.NAME",
  ])
    expect(text).toContain(`\n## \`${section}\`\n`);
});
