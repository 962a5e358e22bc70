import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Environment } from "../../setup/environment";
import { dispose, fakeTerraform, machine } from "../setup/fixtures";

afterEach(dispose);

const ROOT = path.resolve(__dirname, "../..");

/** Runs a command on a simulated machine. */
function keyferry(environment: Environment, ...args: readonly string[]) {
  const argv = [path.join(ROOT, "bin/keyferry.js"), ...args];
  const env = { ...environment.env, HOME: environment.home };
  return spawnSync(process.execPath, argv, { cwd: environment.cwd, env, encoding: "utf8" });
}

test("setup lists everything that is missing, one per line, and exits with 2", () => {
  const environment = machine({
    KEYFERRY_TERRAFORM_BASE_URL: "http://127.0.0.1:1",
    KEYFERRY_PROVIDER_MIRROR: "none",
  });
  const { status, stderr, stdout } = keyferry(environment, "setup");
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(
    stderr
      .trim()
      .split("\n")
      .map((line) => line.slice(0, 20).trim()),
  ).toEqual(["missing  Terraform", "missing  AWS provide", "missing  moto"]);
});

test("setup prints the location of each part to stdout, and missing parts to stderr", () => {
  const environment = machine();
  const terraform = fakeTerraform(path.join(environment.env["PATH"] ?? "", "terraform"), "1.11.4");
  const { status, stderr, stdout } = keyferry(environment, "setup");
  expect(stdout).toMatch(new RegExp(`^ok .*Terraform .*1\\.11\\.4, ${terraform} \\(PATH\\)`));
  expect(stderr).toMatch(/missing .*moto .*install Python/);
  expect(status).toBe(2);
});
