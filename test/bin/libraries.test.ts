import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const LIBRARIES = path.join(ROOT, "bin/libraries.js");

/** Packages that the rooms of a synthesis import as they are, types aside. */
function imported(): readonly string[] {
  const files = ["constructs", "stacks", "topology"].flatMap((room) =>
    readdirSync(path.join(ROOT, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(path.join(ROOT, room, name), "utf8")),
  );
  const names = files.flatMap((text) => [...text.matchAll(/^(?!import type).* from "([^."][^"]*)";$/gm)]);
  return [...new Set(names.map(([, name = ""]) => name))].filter((name) => !name.startsWith("node:")).sort();
}

test("what is loaded before the compiler is what the stacks import of others, and nothing else", () => {
  const loaded = [...readFileSync(LIBRARIES, "utf8").matchAll(/^require\("([^"]*)"\);$/gm)];
  expect(loaded.map(([, name]) => name).sort()).toEqual(imported());
});

test("the app loads it before the compiler, which then has none of it to do", () => {
  const { app } = JSON.parse(readFileSync(path.join(ROOT, "cdktf.json"), "utf8")) as { app: string };
  const [program, ...argv] = app.split(" ").slice(0, -1);
  expect(program).toBe("node");
  const tell = `
    const files = Object.keys(require.cache);
    const last = Math.max(...["cdktf", "constructs", "zod"].map((name) => files.indexOf(require.resolve(name))));
    const isLoaded = ["cdktf", "constructs", "zod"].every((name) => files.includes(require.resolve(name)));
    process.stdout.write(String(isLoaded && last < files.indexOf(require.resolve("tsx/cjs"))));`;
  const { stdout, stderr } = spawnSync(process.execPath, [...argv, "-e", tell], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect({ stdout, stderr }).toEqual({ stdout: "true", stderr: "" });
});
