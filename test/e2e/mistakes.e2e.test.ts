import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ROOT, start } from "./lib/rehearsal";
import { ACME } from "../_helpers/topologies";

jest.setTimeout(240_000);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-mistakes-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const WRONG = {
  ...ACME,
  accounts: { ...ACME.accounts, prod: { id: "22222222222" } },
  images: {
    web: {
      from: { account: "bilder", region: "eu-west-9", newest: { name: "web-*" } },
      to: [
        { account: "staging", regions: ["eu-west-1"] },
        { account: "staging", regions: ["eu-west-1"] },
      ],
    },
  },
};

function configure(topology: unknown): void {
  writeFileSync(path.join(directory, "keyferry.config.ts"), `export default ${JSON.stringify(topology)};\n`);
}

const synth = (env: NodeJS.ProcessEnv = {}) =>
  start(
    ["-r", path.join(ROOT, "bin/typescript.js"), path.join(ROOT, "main.ts")],
    {
      ...process.env,
      KEYFERRY_CONFIG: path.join(directory, "keyferry.config.ts"),
      ...env,
    },
    directory,
  ).finished;

const keyferry = (...argv: string[]) =>
  start([path.join(ROOT, "bin/keyferry.js"), ...argv], { ...process.env, NO_COLOR: "1" }, directory).finished;

describe("a wrong topology", () => {
  const PROBLEMS = [
    "accounts.prod.id",
    "images.web.from.account",
    "images.web.from.region",
    "images.web.to[1].regions[0]",
  ];

  test.each([
    ["plan", () => keyferry("plan")],
    ["run", () => keyferry("run")],
    ["verify", () => keyferry("verify")],
    ["synthesis", () => synth()],
  ])(
    "is refused by %s with all problems, exit code 2, no written files and no stack trace",
    async (_who, act) => {
      configure(WRONG);
      const { code, stderr } = await act();
      expect(code).toBe(2);
      for (const problem of PROBLEMS) expect(stderr).toContain(`${problem}: `);
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(readdirSync(directory)).toEqual(["keyferry.config.ts"]);
    },
  );

  test("that is not a topology at all is refused in the same way", async () => {
    configure({});
    expect((await keyferry("run")).code).toBe(2);
    expect((await synth()).code).toBe(2);
  });
});

describe("wrong usage", () => {
  test.each([
    [["fly"]],
    [["run", "--fast"]],
    [["run", "--max-copies", "none"]],
    [["plan", "--config", "nowhere.ts"]],
  ])("(keyferry %j) exits with 2 and says what is wrong, without a stack trace", async (argv) => {
    const { code, stderr } = await keyferry(...argv);
    expect(code).toBe(2);
    expect(stderr.trim().length).toBeGreaterThan(0);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("a rehearsal in a directory with real state", () => {
  const REHEARSAL = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };

  test("refuses an output directory that was synthesised for AWS, and does not change it", async () => {
    configure(ACME);
    expect((await synth()).code).toBe(0);
    const stack = path.join(directory, "cdktf.out/stacks/foundation-keys-builder/cdk.tf.json");
    const before = readFileSync(stack, "utf8");
    const { code, stderr } = await synth({ ...REHEARSAL, CDKTF_OUTDIR: "cdktf.out" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/rehears/);
    expect(readFileSync(stack, "utf8")).toBe(before);
  });

  test("keeps its own state elsewhere", async () => {
    configure(ACME);
    mkdirSync(path.join(directory, ".keyferry/state"), { recursive: true });
    const state = path.join(directory, ".keyferry/state/foundation-keys-builder.tfstate");
    writeFileSync(state, "real");
    expect((await synth({ ...REHEARSAL, CDKTF_OUTDIR: ".rehearsal/cdktf.out" })).code).toBe(0);
    const synthesised = readFileSync(
      path.join(directory, ".rehearsal/cdktf.out/stacks/foundation-keys-builder/cdk.tf.json"),
      "utf8",
    );
    const backend = (JSON.parse(synthesised) as { terraform: { backend: { local: { path: string } } } })
      .terraform.backend;
    expect(
      path.resolve(directory, ".rehearsal/cdktf.out/stacks/foundation-keys-builder", backend.local.path),
    ).toBe(path.join(directory, ".rehearsal/state/acme/foundation-keys-builder.tfstate"));
    expect(readFileSync(state, "utf8")).toBe("real");
  });
});
