import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { eventually, ROOT, start } from "./lib/rehearsal";

jest.setTimeout(240_000);

/** The packed package, unpacked in a directory of its own; what it depends on is lent by the repository. */
let directory: string;
beforeAll(async () => {
  const run = promisify(execFile);
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-package-"));
  await run("npm", ["run", "--silent", "build"], { cwd: ROOT });
  await run("npm", ["pack", "--silent", "--pack-destination", directory], { cwd: ROOT });
  const [tarball = ""] = readdirSync(directory);
  const installed = path.join(directory, "node_modules/keyferry");
  mkdirSync(installed, { recursive: true });
  await run("tar", ["-xzf", path.join(directory, tarball), "-C", installed, "--strip-components=1"]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const env = { ...process.env, NODE_PATH: path.join(ROOT, "node_modules") };
const bin = (name: string) => path.join(directory, "node_modules/keyferry/bin", name);

test("the installed command shows its help", async () => {
  const { code, stdout } = await start([bin("keyferry.js"), "--help"], env, directory).finished;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: keyferry/);
});

test("the library's constructs synthesise", async () => {
  writeFileSync(
    path.join(directory, "stack.js"),
    `const { Testing } = require("cdktf");
     const { CustomerManagedKey } = require("keyferry/constructs");
     const props = { alias: "alias/data", description: "data" };
     console.log(Testing.synthScope((scope) => new CustomerManagedKey(scope, "key", props)));`,
  );
  const { stdout, stderr } = await start(["stack.js"], env, directory).finished;
  expect(stderr).toBe("");
  expect(Object.keys((JSON.parse(stdout) as { resource: object }).resource)).toEqual([
    "aws_kms_alias",
    "aws_kms_key",
  ]);
});

test("the API answers a program with data and errors, and prints nothing", async () => {
  writeFileSync(
    path.join(directory, "carry.js"),
    `const { writeFileSync } = require("node:fs");
     const { ConfigurationError, plan } = require("keyferry/api");
     const wrong = { name: "acme", accounts: { builder: { id: "1" } }, images: {} };
     void plan(wrong).catch((error) =>
       writeFileSync("told.json", JSON.stringify([error instanceof ConfigurationError, error.problems[0].path])));`,
  );
  const { code, stdout, stderr } = await start(["carry.js"], env, directory).finished;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(JSON.parse(readFileSync(path.join(directory, "told.json"), "utf8"))).toEqual([
    true,
    "accounts.builder.id",
  ]);
});

test("the rehearsal cloud starts", async () => {
  const { child, finished } = start([bin("keyferry-sandbox.js"), "--port", "0"], env, directory);
  let printed = "";
  child.stdout?.on("data", (text: string) => (printed += text));
  const url = await eventually("the address", () =>
    Promise.resolve(/AWS_ENDPOINT_URL=(\S+)/.exec(printed)?.[1]),
  );
  const health = await fetch(`${url}/_rehearsal/health`);
  expect(await health.json()).toMatchObject({ ready: true, version: "0.1.0" });
  child.kill("SIGTERM");
  await finished;
});
