import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const LIBRARIES = path.join(ROOT, "bin/libraries.js");

/** The packages that a file imports as they are, types aside, and those of every file that it imports. */
function imported(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = readFileSync(file, "utf8").replace(/^(import|export) type [^;]*;$/gm, "");
  const names = [...text.matchAll(/^(?:import|export|}) ?.*from "([^"]*)";$/gm)].map(([, name = ""]) => name);
  return names
    .filter((name) => !name.startsWith("node:"))
    .flatMap((name) => (/^(\.|@keyferry\/)/.test(name) ? imported(sourceOf(file, name), seen) : [name]));
}

function sourceOf(importer: string, name: string): string {
  const ours = /^@keyferry\/(\w+)$/.exec(name)?.[1];
  const target =
    ours === undefined ? path.resolve(path.dirname(importer), name) : path.join(ROOT, "packages", ours);
  return [`${target}.ts`, path.join(target, "index.ts")].find((file) => existsSync(file)) ?? target;
}

test("what is loaded before the compiler is what every synthesis imports of others, and nothing else", () => {
  const loaded = [...readFileSync(LIBRARIES, "utf8").matchAll(/^require\("([^".][^"]*)"\);$/gm)];
  expect(loaded.map(([, name]) => name).sort()).toEqual(
    [...new Set(imported(path.join(ROOT, "main.ts")))].sort(),
  );
});
