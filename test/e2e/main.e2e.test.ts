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

describe("the library with which the framework archives assets", () => {
  const LOADER = ["-r", path.join(ROOT, "bin/typescript.js"), "-e"];

  test("is not loaded with the framework, and archives an asset", () => {
    const directory = temporaryDirectory();
    try {
      fs.mkdirSync(path.join(directory, "handler"));
      fs.writeFileSync(path.join(directory, "handler/index.js"), "exports.handler = () => {};");
      const app = `
        const { App, AssetType, TerraformAsset, TerraformStack } = require("cdktf");
        const app = new App({ outdir: ${JSON.stringify(directory)} });
        const stack = new TerraformStack(app, "functions");
        new TerraformAsset(stack, "code", { path: ${JSON.stringify(path.join(directory, "handler"))}, type: AssetType.ARCHIVE });
        app.synth();
        const isLoaded = Object.keys(require.cache).some((file) => file.includes("archiver-utils"));
        process.exitCode = isLoaded ? 1 : 0;
      `;
      const { status, stderr } = spawnSync(process.execPath, [...LOADER, app], {
        cwd: ROOT,
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      expect(status).toBe(0);
      const assets = fs.readdirSync(path.join(directory, "stacks/functions/assets"), { recursive: true });
      const archive = assets.map(String).find((file) => file.endsWith("archive.zip"));
      const zip = fs.readFileSync(path.join(directory, "stacks/functions/assets", String(archive)));
      expect(zip.subarray(0, 2).toString()).toBe("PK");
      expect(zip.toString("latin1")).toContain("index.js");
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });

  test("is loaded by the first call, and once", () => {
    const app = `
      const archiver = require(require.resolve("archiver", { paths: [require.resolve("cdktf")] }));
      process.exitCode = typeof archiver("zip").file === "function" && typeof archiver("tar").file === "function" ? 0 : 1;
    `;
    const { status, stderr } = spawnSync(process.execPath, [...LOADER, app], { cwd: ROOT, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
