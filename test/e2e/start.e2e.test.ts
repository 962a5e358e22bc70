import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { dispose, file, temporaryDirectory } from "../setup/fixtures";

jest.setTimeout(60_000);

afterEach(dispose);

const ROOT = path.resolve(__dirname, "../..");
const SOURCE = 'const from: string = "source";\nconsole.log(from, process.argv.slice(2).join(" "));\n';
const BUILT = 'console.log("dist", process.argv.slice(2).join(" "));\n';

function installed({ source, dist }: { source: boolean; dist: boolean }): string {
  const root = temporaryDirectory();
  mkdirSync(path.join(root, "bin"));
  for (const name of ["keyferry.js", "entry.js", "compile-later.js", "typescript.js"])
    copyFileSync(path.join(ROOT, "bin", name), path.join(root, "bin", name));
  symlinkSync(path.join(ROOT, "node_modules"), path.join(root, "node_modules"));
  if (source) file(path.join(root, "scripts/cli/main.ts"), SOURCE);
  if (dist) file(path.join(root, "dist/scripts/cli/main.js"), BUILT);
  return path.join(root, "bin/keyferry.js");
}

const run = (bin: string) => spawnSync(process.execPath, [bin, "plan", "--json"], { encoding: "utf8" });

test("in the repository the command runs from source, although dist has been built", () => {
  expect(run(installed({ source: true, dist: true }))).toMatchObject({
    status: 0,
    stdout: "source plan --json\n",
  });
});

test("in the published package it runs from dist", () => {
  expect(run(installed({ source: false, dist: true }))).toMatchObject({
    status: 0,
    stdout: "dist plan --json\n",
  });
});

test("a command that ends immediately leaves a complete compile cache for the next one", () => {
  const TMPDIR = temporaryDirectory();
  const { status } = spawnSync(
    process.execPath,
    [path.join(ROOT, "bin/keyferry.js"), "explain", "AccessDenied"],
    { cwd: TMPDIR, env: { ...process.env, TMPDIR } },
  );
  expect(status).toBe(0);
  const compiled = readdirSync(TMPDIR, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(path.join(entry.parentPath, entry.name)).size);
  expect(compiled.length).toBeGreaterThan(100);
  expect(Math.min(...compiled)).toBeGreaterThan(0);
});
