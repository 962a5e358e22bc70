import { readFileSync } from "node:fs";
import path from "node:path";
import { withCommands } from "../../docs/commands-doc";

const text = readFileSync(path.resolve(__dirname, "../../docs/commands.md"), "utf8");

test("docs/commands.md is what `npm run docs` writes", () => {
  expect(withCommands(text)).toBe(text);
});

test("every command is listed once, also commands of commands, and every option says what it does", () => {
  const commands = [...text.matchAll(/^### `keyferry ([a-z- ]*[a-z])/gm)].map(([, name]) => name);
  expect(new Set(commands).size).toBe(commands.length);
  expect(commands).toEqual(
    expect.arrayContaining(["init", "run", "keys rekey", "replicate verify", "explain"]),
  );
  const rows = text.split("\n").filter((line) => /^\| `/.test(line));
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => /\|\s+\|$/.test(row))).toEqual([]);
});
