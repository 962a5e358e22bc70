import fs from "node:fs";
import path from "node:path";

/** docs/articles.md names, for each line of the articles that Keyferry answers, tests: each of them must exist. */

const ROOT = path.resolve(__dirname, "../..");
const page = fs.readFileSync(path.join(ROOT, "docs/articles.md"), "utf8");

/** The rows of each section's table, by cells. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (in the article|---)/.test(line))
  .map((line) => line.slice(2, -2).split(" | "));

/** `e2e/rekey`: name of a test */
const named = [
  ...new Map(
    rows
      .flatMap((cells) => (cells[2] ?? "").split("<br>"))
      .map((text) => {
        const [, file = "", name = ""] = /^`([\w./-]+)`: (.+)$/.exec(text.trim()) ?? [];
        return [text, { file, name }] as const;
      }),
  ).values(),
];

/** Strings that a source gives to a call, an `.each` table or a `rule:` first: names of tests, and of a rule's cases. */
function namesIn(source: string): readonly string[] {
  return [...source.matchAll(/(?:\(|\brule:)\s*(["'`])((?:(?!\1).)+)\1/gs)].map(([, , name = ""]) => name);
}

const contents = (file: string) =>
  [`${file}.e2e.test.ts`, `${file}.property.test.ts`, `${file}.test.ts`, `${file}.ts`]
    .map((name) => path.join(ROOT, "test", name))
    .filter((name) => fs.existsSync(name))
    .map((name) => fs.readFileSync(name, "utf8"));

test("every row has a description of what Keyferry does, and a test", () => {
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.filter((cells) => cells.length !== 3)).toEqual([]);
  expect(named.filter(({ file }) => file === "")).toEqual([]);
});

test.each(named)("`$file` has the test: $name", ({ file, name }) => {
  const [source] = contents(file);
  expect(source).toBeDefined();
  expect(namesIn(source ?? "")).toContain(name);
});
