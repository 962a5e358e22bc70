import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { temporaryDirectory } from "../_helpers/synthesised";

const ROOT = path.resolve(__dirname, "../..");

/** Runs the app as the framework's CLI does, but in a separate directory. */
function runApp(directory: string, config: string) {
  fs.writeFileSync(path.join(directory, "config.ts"), config);
  return spawnSync(
    process.execPath,
    ["-r", path.join(ROOT, "bin/typescript.js"), path.join(ROOT, "main.ts")],
    {
      cwd: directory,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], KEYFERRY_CONFIG: "config.ts" },
    },
  );
}

test("an invalid configuration ends with exit code 2 and all problems, and nothing is written", () => {
  const directory = temporaryDirectory();
  try {
    const wrong = 'export default { name: "acme", accounts: { a: { id: "11111111111" } }, images: {} };';
    const { status, stderr } = runApp(directory, wrong);
    expect(status).toBe(2);
    expect(stderr).toContain("2 problems in the topology");
    expect(stderr).toContain("accounts.a.id");
    expect(stderr).toContain("images: no images are declared");
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(fs.readdirSync(directory)).toEqual(["config.ts"]);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});

test("a valid configuration is synthesised to stacks", () => {
  const directory = temporaryDirectory();
  try {
    const config = fs.readFileSync(path.join(ROOT, "keyferry.config.ts"), "utf8");
    const { status, stderr } = runApp(
      directory,
      config.replace('"./topology"', JSON.stringify(path.join(ROOT, "topology"))),
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(fs.readdirSync(path.join(directory, "cdktf.out/stacks"))).toContain("foundation-keys-prod");
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
});
