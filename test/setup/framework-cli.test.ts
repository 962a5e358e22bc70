import { mkdirSync } from "node:fs";
import path from "node:path";
import { chooseFrameworkCli, findFrameworkCli, type FrameworkCli } from "../../setup/framework-cli";
import { dispose, machine } from "./fixtures";
import { installCli } from "./fake-framework";

afterEach(dispose);

const cdktf: FrameworkCli = { name: "cdktf", version: "0.21.0", script: "/cdktf" };
const cdktn: FrameworkCli = { name: "cdktn", version: "0.24.0", script: "/cdktn" };

test.each([
  ["20.20.2", true, true, "cdktf"],
  ["22.12.0", true, true, "cdktf"],
  ["22.18.0", false, true, undefined],
  ["22.19.0", false, true, "cdktn"],
  ["24.21.0", false, true, "cdktn"],
  ["24.21.0", true, true, "cdktf"],
  ["24.21.0", false, false, undefined],
  ["26.10.0", false, true, "cdktn"],
  ["20.20.2", false, true, undefined],
])(
  "on Node %s, cdktf loads: %p, cdktn installed: %p -> %p",
  (nodeVersion, cdktfLoads, hasCdktn, expected) => {
    const parts = { nodeVersion, cdktf, cdktfLoads, cdktn: hasCdktn ? cdktn : undefined };
    expect(chooseFrameworkCli(parts)?.name).toBe(expected);
  },
);

test("cdktf is found among the project's packages when its native part loads", async () => {
  const environment = machine();
  const script = installCli(environment.cwd, "cdktf", { native: "module.exports = {}" });
  await expect(findFrameworkCli(environment, "20.20.2")).resolves.toEqual({
    name: "cdktf",
    version: "1.2.3",
    script,
  });
});

test("packages above the project's directory are found too", async () => {
  const environment = machine();
  const script = installCli(environment.cwd, "cdktf", { native: "" });
  const below = { ...environment, cwd: path.join(environment.cwd, "below") };
  mkdirSync(below.cwd);
  await expect(findFrameworkCli(below, "20.20.2")).resolves.toMatchObject({ script });
});

const BROKEN = 'throw new Error("Cannot find module pty.node")';

test("cdktn takes over when cdktf's native part does not load", async () => {
  const environment = machine();
  installCli(environment.cwd, "cdktf", { native: BROKEN });
  const script = installCli(environment.cwd, "cdktn");
  await expect(findFrameworkCli(environment, "24.0.0")).resolves.toEqual({
    name: "cdktn",
    version: "1.2.3",
    script,
  });
});

test("when neither works, what stands in the way of each is said", async () => {
  const environment = machine();
  installCli(environment.cwd, "cdktf", { native: BROKEN });
  installCli(environment.cwd, "cdktn");
  await expect(findFrameworkCli(environment, "20.20.2")).rejects.toThrow(
    /Node 20\.20\.2: cdktf-cli has no native part for it, and cdktn-cli needs Node 22\.19 or newer/,
  );
});

test("when neither is installed, that is said", async () => {
  await expect(findFrameworkCli(machine(), "24.0.0")).rejects.toMatchObject({
    code: "FrameworkCliMissing",
    message: expect.stringMatching(/cdktf-cli is not installed, and cdktn-cli is not installed/),
    fix: expect.stringContaining("npm ci"),
  });
});
