import { readFileSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { withCommands } from "../../docs/commands-doc";
import { buildProgram } from "../../scripts/cli/program";
import { systemHost } from "../../scripts/cli/system-host";

const text = readFileSync(path.resolve(__dirname, "../../docs/commands.md"), "utf8");

test("docs/commands.md is what `npm run docs` writes", () => {
  expect(withCommands(text)).toBe(text);
});

test("every command is listed once, also commands of commands, and every option says what it does", () => {
  const listed = [...text.matchAll(/^### `(keyferry [a-z- ]*[a-z])/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual([...namesBelow(buildProgram(systemHost, () => undefined))].sort());
  const rows = text.split("\n").filter((line) => /^\| `/.test(line));
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((row) => /\|\s+\|$/.test(row))).toEqual([]);
});

function namesBelow(command: Command): readonly string[] {
  return command.commands.flatMap((inner) => [
    `${command.name()} ${inner.name()}`,
    ...namesBelow(inner).map((name) => `${command.name()} ${name}`),
  ]);
}
