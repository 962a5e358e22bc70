import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ACME } from "../_helpers/topologies";
import { ROOT, start } from "./lib/rehearsal";

jest.setTimeout(240_000);

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-config-"));
  // As in a user's project: `synth`, `deploy` and `diff` run the app that this file names.
  fs.writeFileSync(
    path.join(cwd, "cdktf.json"),
    JSON.stringify({ app: `node -r ${ROOT}/bin/typescript.js ${ROOT}/main.ts` }),
  );
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

/** Runs the real command in a separate process, because it loads TypeScript as the user's Node does. */
async function keyferry(config: string, ...argv: readonly string[]) {
  fs.writeFileSync(path.join(cwd, "keyferry.config.ts"), config);
  const { code, stdout, stderr } = await start(
    [path.join(ROOT, "bin/keyferry.js"), ...argv],
    { ...process.env, NO_COLOR: "1" },
    cwd,
  ).finished;
  return { exitCode: code, out: stdout, err: stderr };
}

/** Runs the app as the framework does. */
async function app(config: string) {
  const file = path.join(cwd, "keyferry.config.ts");
  fs.writeFileSync(file, config);
  const { code, stderr } = await start(
    ["-r", path.join(ROOT, "bin/typescript.js"), path.join(ROOT, "main.ts")],
    { ...process.env, KEYFERRY_CONFIG: file },
    cwd,
  ).finished;
  return { exitCode: code, err: stderr };
}

const TOPOLOGY = `export default ${JSON.stringify(ACME)};`;

/** What is wrong with the file, the file's text, and words of the error message. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ["an error in it", "export default nonsense;", "nonsense is not defined"],
  ["a syntax error", "export default {", "it cannot be loaded"],
  ["a missing default export", "export const topology = {};", "it has no default export"],
  ["no content", "", "it has no default export"],
  ["a thrown null", "throw null;", "null was thrown"],
  ["a thrown text", 'throw "no account";', "no account was thrown"],
  ["a thrown proxy", "throw new Proxy({}, { get() { throw null; } });", "an object was thrown"],
  ["a call of process.exit", "process.exit(0);", "it ends the process: process.exit(0)"],
  ["a function as its export", "export default () => ({});", "a function cannot be used"],
  ["a promise as its export", "export default Promise.resolve({});", "it exports a promise"],
  ["a rejected promise as its export", 'export default Promise.reject("no");', "it exports a promise"],
  ["a proxy as its export", "export default new Proxy({}, {});", "a proxy cannot be used"],
  [
    "a cycle",
    "const it: any = {}; it.it = it; export default it;",
    "it refers back to a value that contains it",
  ],
  ["an unhandled rejection", `Promise.reject(new Error("no net")); ${TOPOLOGY}`, "no net"],
  [
    "an unhandled rejection without an error",
    `Promise.reject(undefined); ${TOPOLOGY}`,
    "undefined was thrown",
  ],
];

/** Cases that depend on the process; commands and the app use the same code for the others. */
const OF_THE_PROCESS = ["a thrown null", "a call of process.exit", "an unhandled rejection"];

function expectRefusal({ exitCode, err }: { exitCode: number | null; err: string }, words: string): void {
  expect({ exitCode, err }).toMatchObject({ exitCode: 2 });
  expect(err).toContain(words);
  expect(err).toMatch(/keyferry\.config\.ts|in the topology/);
  expect(err).not.toMatch(/^\s+at /m);
  expect(err).not.toContain("a defect of Keyferry");
  expect(fs.readdirSync(cwd).sort()).toEqual(["cdktf.json", "keyferry.config.ts"]);
}

describe("the configuration file", () => {
  it("is TypeScript that may import defineTopology", async () => {
    const { exitCode, out } = await keyferry(
      `
      import { defineTopology } from ${JSON.stringify(path.join(ROOT, "topology"))};
      const accounts: Record<string, { id: string }> = { a: { id: "111111111111" }, b: { id: "222222222222" } };
      export default defineTopology({
        name: "acme",
        accounts,
        images: { web: { from: { account: "a", region: "eu-west-1", newest: { name: "*" } }, to: [{ account: "b", regions: ["eu-west-1"] }] } },
      });`,
      "state-bucket",
    );
    expect([exitCode, out.trim()]).toEqual([0, "Terraform's state is local; no bucket is needed"]);
  });

  it("may import CommonJS and ES module packages", async () => {
    for (const [name, type, text] of [
      ["older", "commonjs", "exports.id = '111111111111';"],
      ["newer", "module", "export const id = '222222222222';"],
    ] as const) {
      const directory = path.join(cwd, "node_modules", name);
      fs.mkdirSync(directory, { recursive: true });
      fs.writeFileSync(
        path.join(directory, "package.json"),
        JSON.stringify({ name, type, main: "index.js" }),
      );
      fs.writeFileSync(path.join(directory, "index.js"), text);
    }
    const program = `
      import { id as older } from "older";
      import { id as newer } from "newer";
      export default { name: "acme", accounts: { a: { id: older }, b: { id: newer } }, keys: { k: { account: "b", regions: ["eu-west-1"] } } };`;
    expect(await keyferry(program, "state-bucket")).toMatchObject({ exitCode: 0 });
    expect(await app(program)).toMatchObject({ exitCode: 0, err: "" });
  });

  it.each(REFUSED)(
    "with %s is reported by a command with exit code 2, without a stack trace or written files",
    async (...row) => {
      const [, program, words] = row;
      expectRefusal(await keyferry(program, "verify"), words);
    },
  );

  it.each(REFUSED.filter(([what]) => OF_THE_PROCESS.includes(what)))(
    "with %s is reported by the app with exit code 2, without a stack trace or written files",
    async (...row) => {
      const [, program, words] = row;
      expectRefusal(await app(program), words);
    },
  );

  it.each([["synth"], ["deploy", "*", "--auto-approve"], ["diff"]])(
    "with a cycle is reported by %s in the same way",
    async (...argv) => {
      const program = "const it: any = { name: 'a' }; it.accounts = it; export default it;";
      expectRefusal(await keyferry(program, ...argv), "accounts: it refers back to a value that contains it");
    },
  );

  it.each([
    ["that never ends", "setInterval(() => undefined, 1000);"],
    ["of a server", "require('node:net').createServer().listen(0);"],
  ])("with an open handle %s does not keep a command or the app running", async (_name, left) => {
    expect(await keyferry(`${left} ${TOPOLOGY}`, "state-bucket")).toMatchObject({ exitCode: 0 });
    expect(await app(`${left} ${TOPOLOGY}`)).toMatchObject({ exitCode: 0, err: "" });
    expect(fs.readdirSync(path.join(cwd, "cdktf.out/stacks"))).toHaveLength(7);
  });
});
