import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** docs/buckets.md names a test for each mistake of a manual set-up. */

const ROOT = path.resolve(__dirname, "../..");
const text = readFileSync(path.join(ROOT, "docs/buckets.md"), "utf8");
const rows = text
  .slice(text.indexOf("## What goes wrong by hand"))
  .split("\n")
  .filter((line) => line.startsWith("| ") && !line.startsWith("| by hand") && !line.startsWith("| ---"))
  .map((line) => line.split(" | ").map((cell) => cell.replace(/^\|\s*|\s*\|$/g, "").trim()));

/** `e2e/buckets`: one deployment ... -> the file or folder, and the words in it. */
const named = rows.flatMap((cells) =>
  (cells.at(-1) ?? "").split("; ").map((cell) => {
    const [, file = "", words = ""] = /^`([\w/-]+)`(?:: (.*))?$/.exec(cell) ?? [];
    return { file, words: words.replace(/^\.\.\. | \.\.\.$/g, "") };
  }),
);

test("every row has a test", () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(named.filter(({ file }) => file === "")).toEqual([]);
});

test.each(named)("$file has a test with the words: $words", ({ file, words }) => {
  const candidates = [`${file}.e2e.test.ts`, `${file}.test.ts`, file].map((name) =>
    path.join(ROOT, "test", name),
  );
  const found = candidates.find((name) => existsSync(name)) ?? "";
  expect(found).not.toBe("");
  if (words !== "") expect(readFileSync(found, "utf8")).toContain(words);
});
