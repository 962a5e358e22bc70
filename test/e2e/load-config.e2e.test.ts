import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-config-"));
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

/** The real command in a process of its own, because it loads TypeScript as the user's Node does. */
function statePlace(config: string) {
  fs.writeFileSync(path.join(cwd, "keyferry.config.ts"), config);
  const answer = spawnSync(process.execPath, [path.join(ROOT, "bin/keyferry.js"), "state-bucket"], {
    cwd,
    encoding: "utf8",
  });
  return { exitCode: answer.status, out: answer.stdout, err: answer.stderr };
}

describe("the configuration file", () => {
  it("is TypeScript that may import defineTopology", () => {
    const { exitCode, out } = statePlace(`
      import { defineTopology } from ${JSON.stringify(path.join(ROOT, "topology"))};
      const accounts: Record<string, { id: string }> = { a: { id: "111111111111" }, b: { id: "222222222222" } };
      export default defineTopology({
        name: "acme",
        accounts,
        images: { web: { from: { account: "a", region: "eu-west-1", newest: { name: "*" } }, to: [{ account: "b", regions: ["eu-west-1"] }] } },
      });`);
    expect([exitCode, out.trim()]).toEqual([0, "Terraform's state is local; no bucket is needed"]);
  });

  it.each([
    ["a fault in it", "export default nonsense;", "nonsense is not defined"],
    ["a syntax error", "export default {", "it cannot be loaded"],
    ["a missing default export", "export const topology = {};", "it has no default export"],
  ])("tells %s in its own words, exits 2 and shows no stack", (_name, text, words) => {
    const { exitCode, err } = statePlace(text);
    expect(exitCode).toBe(2);
    expect(err).toContain(words);
    expect(err).not.toMatch(/^\s+at /m);
    expect(fs.readdirSync(cwd)).toEqual(["keyferry.config.ts"]);
  });
});
