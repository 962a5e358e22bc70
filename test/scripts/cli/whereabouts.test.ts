import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { AwsCallError } from "../../../scripts/aws";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { give, OPERATOR, writeTopology } from "../lib/command";

let cwd: string;
let stage: Stage;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-where-"));
  stage = new Stage();
  writeTopology(cwd, TWO_ACCOUNTS);
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

const keyferry = (argv: readonly string[], change = {}) => give(stage, cwd, argv, change);
const REHEARSAL = { env: { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" } };
const firstLine = ({ err }: { readonly err: string }) => err.split("\n")[0];

/** Every command that works on a topology and needs no other arguments. */
const COMMANDS = [["plan"], ["run"], ["status"], ["verify"], ["report"], ["clean"], ["doctor"]].map(
  (argv) => ({ argv }),
);
const OFFLINE = [["report", "--offline"], ["doctor", "--offline"], ["state-bucket"]].map((argv) => ({
  argv,
}));

describe("every command first prints where it works", () => {
  it.each(COMMANDS)("$argv on AWS", async ({ argv }) => {
    expect(firstLine(await keyferry(argv))).toBe(`AWS, as ${OPERATOR}; topology acme of keyferry.config.ts`);
  });

  it.each(COMMANDS)("$argv in a rehearsal", async ({ argv }) => {
    expect(firstLine(await keyferry(argv, REHEARSAL))).toBe(
      `rehearsal at http://127.0.0.1:4566, as ${OPERATOR}; topology acme of keyferry.config.ts`,
    );
  });

  it.each(OFFLINE)("$argv makes no call for the caller's identity, and prints that", async ({ argv }) => {
    const caller = () => Promise.reject(new TypeError("asked"));
    expect(firstLine(await keyferry(argv, { caller }))).toBe(
      "AWS, no credentials used; topology acme of keyferry.config.ts",
    );
  });

  it.each(COMMANDS)("$argv --json prints it as an event", async ({ argv }) => {
    const line = firstLine(await keyferry([...argv, "--json"], REHEARSAL));
    expect(JSON.parse(line ?? "")).toMatchObject({
      code: "CommandStarted",
      cloud: "rehearsal",
      endpoint: "http://127.0.0.1:4566",
      caller: OPERATOR,
      topology: "acme",
      file: "keyferry.config.ts",
    });
  });

  it.each([
    { argv: ["explain", "AccessDenied"], what: "the words" },
    { argv: ["doctor", "--policy", "policy.json"], what: "the policy" },
  ])("$argv reads only its input, with or without a topology", async ({ argv, what }) => {
    fs.writeFileSync(path.join(cwd, "policy.json"), "{}");
    for (const words of [argv, [...argv, "--config", "absent.ts"]]) {
      expect(firstLine(await keyferry(words))).toBe(`${what} only: no AWS calls, no topology`);
    }
  });

  it("continues if the caller's identity cannot be read", async () => {
    const site = { operation: "GetCallerIdentity", account: "111111111111", region: "eu-west-1" };
    const answer = { code: "ExpiredToken", message: "The security token\nis expired", transient: false };
    const caller = () => Promise.reject(new AwsCallError(site, answer));
    const { exitCode, err } = await keyferry(["plan"], { caller });
    expect(exitCode).toBe(0);
    expect(err.split("\n")).toEqual([
      "AWS, as an unknown caller (GetCallerIdentity in 111111111111 eu-west-1: ExpiredToken: The security token); topology acme of keyferry.config.ts",
      "",
    ]);
  });
});

describe("another file", () => {
  const other = () => {
    fs.mkdirSync(path.join(cwd, "envs"));
    writeTopology(cwd, { ...TWO_ACCOUNTS, name: "other" }, "envs/other.ts");
    stage = new Stage({ ...TWO_ACCOUNTS, name: "other" });
  };

  it.each([...COMMANDS, ...OFFLINE])(
    "$argv takes the file from --config, else from KEYFERRY_CONFIG",
    async ({ argv }) => {
      other();
      const env = { KEYFERRY_CONFIG: "envs/other.ts" };
      for (const { words, change } of [
        { words: ["--config", "envs/other.ts"], change: {} },
        { words: [], change: { env } },
        { words: ["--config", "envs/other.ts"], change: { env: { KEYFERRY_CONFIG: "keyferry.config.ts" } } },
      ])
        expect(firstLine(await keyferry([...argv, ...words], change))).toMatch(
          /; topology other of envs\/other\.ts$/,
        );
    },
  );

  it.each([...COMMANDS, ...OFFLINE])(
    "$argv names the file if it does not exist or is invalid",
    async ({ argv }) => {
      const absent = await keyferry([...argv, "--config", "absent.ts"]);
      expect([absent.exitCode, absent.err]).toEqual([
        2,
        expect.stringContaining("absent.ts: there is no such file\n"),
      ]);
      const env = { KEYFERRY_CONFIG: "gone.ts" };
      expect((await keyferry(argv, { env })).err).toContain(
        "gone.ts: there is no such file; KEYFERRY_CONFIG names it",
      );
      writeTopology(cwd, {}, "wrong.ts");
      const wrong = await keyferry([...argv, "--config", "wrong.ts"]);
      expect([wrong.exitCode, firstLine(wrong)]).toEqual([
        2,
        expect.stringMatching(/^\d+ problems in wrong\.ts:$/),
      ]);
      expect(stage.cloud.calls).toEqual([]);
    },
  );
});

describe("the results of AWS", () => {
  const read = (file: string) => fs.readFileSync(path.join(cwd, file), "utf8");

  it("are never replaced by results of a rehearsal", async () => {
    await keyferry(["run"]);
    await keyferry(["report"]);
    const before = ["manifest.json", "report.html"].map(read);
    stage = new Stage();
    const ran = await keyferry(["run"], REHEARSAL);
    expect([ran.exitCode, ran.err]).toEqual([
      0,
      expect.stringContaining("written to .rehearsal/manifest.json\n"),
    ]);
    expect((await keyferry(["report"], REHEARSAL)).out).toContain(path.join(cwd, ".rehearsal/report.html"));
    expect(["manifest.json", "report.html"].map(read)).toEqual(before);
    expect(JSON.parse(read("manifest.json"))).toMatchObject({ cloud: "aws" });
    expect(JSON.parse(read(".rehearsal/manifest.json"))).toMatchObject({ cloud: "rehearsal" });
  });

  it.each([
    ["run", "--manifest", "manifest.json"],
    ["report", "--out", "report.html"],
  ])(
    "are not replaced by a rehearsal with %s %s %s, which is refused before anything is changed",
    async (command, option, file) => {
      await keyferry(["run"]);
      await keyferry(["report"]);
      const before = read(file);
      stage = new Stage();
      const { exitCode, err } = await keyferry([command, option, file], REHEARSAL);
      expect([exitCode, err]).toEqual([
        2,
        expect.stringContaining("is a result from AWS, and a rehearsal does not replace it"),
      ]);
      expect(stage.cloud.calls).toEqual([]);
      expect(read(file)).toBe(before);
    },
  );

  it("replace results of a rehearsal, and a rehearsal writes to any file that is not a result of AWS", async () => {
    expect((await keyferry(["run", "--manifest", "out/m.json"], REHEARSAL)).exitCode).toBe(0);
    expect((await keyferry(["run", "--manifest", "out/m.json"], REHEARSAL)).exitCode).toBe(0);
    expect((await keyferry(["run", "--manifest", "out/m.json"])).exitCode).toBe(0);
    expect(JSON.parse(read("out/m.json"))).toMatchObject({ cloud: "aws" });
  });
});
