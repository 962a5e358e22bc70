import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Host } from "../../../scripts/cli/host";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { give, writeTopology } from "../lib/command";

let cwd: string;
let stage: Stage;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-cli-"));
  stage = new Stage();
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

const write = (topology: unknown) => writeTopology(cwd, topology);
const keyferry = (argv: readonly string[], change: Partial<Host> = {}) => give(stage, cwd, argv, change);

describe("wrong usage", () => {
  it.each([
    [["fly"]],
    [["run", "--fast"]],
    [["run", "--max-copies", "0"]],
    [["run", "--wait", "0"]],
    [["run", "--wait", "60", "--rollback", "web"]],
    [["plan", "web"]],
    [["explain", "--account", "12", "words"]],
    [["explain", " "]],
    [["keys"]],
    [["keys", "delete"]],
    [["keys", "delete", "prod/eu-central-1/home"]],
    [["keys", "delete", "prod/eu-central-1/none", "--yes"]],
    [["keys", "delete", "prod/eu-central-1/home", "--window-days", "3", "--yes"]],
    [["keys", "delete", "prod/eu-central-1/home", "--without-proof-of", "tea", "--yes"]],
    [[]],
  ])("%j exits with 2, reports what is wrong, and writes nothing", async (argv) => {
    write(TWO_ACCOUNTS);
    const { exitCode, out, err } = await keyferry(argv);
    expect(exitCode).toBe(2);
    expect(out).toBe("");
    expect(err).not.toBe("");
    expect(fs.readdirSync(cwd)).toEqual(["keyferry.config.ts"]);
  });

  it("--version prints the package's version", async () => {
    const file = path.resolve(__dirname, "../../../package.json");
    const { version } = JSON.parse(fs.readFileSync(file, "utf8")) as { readonly version: string };
    expect(await keyferry(["--version"])).toEqual({ exitCode: 0, out: `${version}\n`, err: "" });
  });

  it("--help exits with 0 and lists every command", async () => {
    const { exitCode, out } = await keyferry(["--help"]);
    expect(exitCode).toBe(0);
    for (const command of ["plan", "run", "status", "verify", "explain", "state-bucket"])
      expect(out).toContain(command);
  });
});

describe("wrong configuration", () => {
  it("reports all problems together, exits with 2 and makes no calls", async () => {
    write({
      name: "acme",
      accounts: { builder: { id: "11111111111" } },
      images: {
        web: {
          from: { account: "nobody", region: "eu-west-9", newest: { name: "web-*" } },
          to: [
            { account: "builder", regions: ["eu-west-1"] },
            { account: "builder", regions: ["eu-west-1"] },
          ],
        },
      },
    });
    const { exitCode, err } = await keyferry(["run"]);
    expect(exitCode).toBe(2);
    for (const text of [
      "accounts.builder.id",
      "images.web.from.account",
      "eu-west-9",
      "two rules for one destination",
    ]) {
      expect(err).toContain(text);
    }
    expect(err).not.toMatch(/^\s+at /m);
    expect(stage.cloud.calls).toEqual([]);
    expect(fs.readdirSync(cwd)).toEqual(["keyferry.config.ts"]);
  });

  it.each([["localhost:4566"], ["4566"], ["http://"]])(
    "an endpoint %s is refused before any call",
    async (endpoint) => {
      write(TWO_ACCOUNTS);
      const { exitCode, err } = await keyferry(["plan"], { env: { AWS_ENDPOINT_URL: endpoint } });
      expect(exitCode).toBe(2);
      expect(err).toContain(`AWS_ENDPOINT_URL: "${endpoint}" is not a valid http(s) URL`);
      expect(stage.cloud.calls).toEqual([]);
    },
  );

  it("reports a missing file, without a stack trace", async () => {
    const { exitCode, err } = await keyferry(["plan", "--config", "other.ts"]);
    expect(exitCode).toBe(2);
    expect(err).toContain("other.ts: there is no such file");
    expect(err).not.toMatch(/^\s+at /m);
  });

  it("is printed as data with --json", async () => {
    write({});
    const { err } = await keyferry(["plan", "--json"]);
    expect(JSON.parse(err)).toMatchObject({
      code: "ConfigurationInvalid",
      problems: expect.any(Array) as unknown,
    });
  });
});

describe("the price table", () => {
  const file = (table: unknown, name = "prices.json") =>
    fs.writeFileSync(path.join(cwd, name), JSON.stringify(table));
  const prices = { currency: "USD", transferPerGiB: { "eu-west-1": { "*": 0.02 } } };

  it("reports all its problems together, exits with 2 and makes no calls", async () => {
    write(TWO_ACCOUNTS);
    file({ transferPerGiB: { "eu-west-9": { "*": "cheap" } } });
    const { exitCode, err } = await keyferry(["plan", "--prices", "prices.json"]);
    expect(exitCode).toBe(2);
    for (const text of ["3 problems in prices.json", "currency:", "cannot be used", "eu-west-9"]) {
      expect(err).toContain(text);
    }
    expect(stage.cloud.calls).toEqual([]);
  });

  it.each([
    ["does not exist", () => undefined, "there is no such file"],
    ["is not valid JSON", () => fs.writeFileSync(path.join(cwd, "prices.json"), "{"), "it cannot be loaded"],
  ])("that %s is reported as such, without a stack trace", async (_what, make, text) => {
    write(TWO_ACCOUNTS);
    make();
    const { exitCode, err } = await keyferry(["plan", "--prices", "prices.json"]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(text)]);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it.each(["prices.json", "prices.ts"])("in %s adds costs to the plan", async (name) => {
    write(TWO_ACCOUNTS);
    file(prices, name);
    const { out } = await keyferry(["plan", "--prices", name]);
    expect(out).toContain("0.64 USD once");
    const { out: json } = await keyferry(["plan", "--json", "--prices", name]);
    expect(JSON.parse(json)).toMatchObject({ cost: { currency: "USD", once: 0.64 } });
  });
});

describe("the commands", () => {
  it("plan fits the terminal, and uses the given speeds", async () => {
    write(TWO_ACCOUNTS);
    const argv = ["plan", "--snapshot-speed", "10", "--pair-speed", "40", "--max-copies", "1"];
    const { out } = await keyferry(argv, { columns: () => 44 });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(44);
    expect(out.replace(/\s+/g, " ")).toContain(
      "assuming 10 MiB/s for a snapshot and 40 MiB/s for an account",
    );
  });

  it.each([60, 80, 120])(
    "print their results in %d characters, and unwrapped without a terminal",
    async (width) => {
      write(TWO_ACCOUNTS);
      stage.cloud.addImage(stage.place("prod", "eu-central-1"), "web-1", [
        { deviceName: "/dev/xvda", sizeGiB: 8 },
      ]);
      const commands = [["doctor"], ["run"], ["verify"], ["status"], ["clean"]];
      for (const argv of commands) {
        const { out } = await keyferry(argv, { columns: () => width });
        for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
      }
      const terminal = {
        write: () => undefined,
        columns: () => width,
        rows: () => 24,
        color: false,
        onExit: () => () => undefined,
      };
      // Progress and results can be on different terminals.
      const { out } = await keyferry(["verify"], { terminal });
      expect(out.split("\n")[0]).toMatch(/^COPY JOB +STATE +COPY +KEY +SNAPSHOTS +SIZE +PARAMETER$/);
    },
  );

  it.each([[["run"]], [["clean"]]])("%j draws nothing on the terminal after its result", async (argv) => {
    write(TWO_ACCOUNTS);
    await keyferry(["run"]);
    const screen: string[] = [];
    const terminal = {
      write: (text: string) => void screen.push(text),
      columns: () => 100,
      rows: () => 24,
      color: false,
      onExit: () => () => undefined,
    };
    await keyferry(argv, { terminal, out: (text) => void screen.push(`RESULT ${text}`) });
    expect(screen.at(-1)).toMatch(/^RESULT /);
  });

  it("names can be comma-separated", async () => {
    write(TWO_ACCOUNTS);
    const { err } = await keyferry(["run", "--rollback", "web", "--to", "prod,staging,prd"]);
    expect(err).toMatch(/^1 problem in the options:\n.*does not go to an account "prd"/m);
    expect((await keyferry(["run", "--publish", "web,wep"])).err).toMatch(
      /^1 problem in the options:\n.*no rule "wep"/m,
    );
  });

  it("--only restricts run, plan, verify and status, and the result shows the restriction", async () => {
    write(TWO_ACCOUNTS);
    stage.cloud.closedAccounts.add("333333333333");
    const words = ["--only", "web,prod", "--only", "eu-central-1"];
    expect((await keyferry(["plan", ...words])).out).toContain("Plan: 2 to copy (1 temporary).");
    const ran = await keyferry(["run", ...words]);
    expect([ran.exitCode, ran.out]).toEqual([0, expect.stringContaining("only web, prod, eu-central-1:")]);
    const manifest = JSON.parse(fs.readFileSync(path.join(cwd, "manifest.json"), "utf8")) as object;
    expect(manifest).toMatchObject({ only: ["web", "prod", "eu-central-1"], images: [{ jobs: [{}] }] });
    expect((await keyferry(["verify", ...words])).exitCode).toBe(0);
    expect((await keyferry(["status", ...words])).exitCode).toBe(0);
    expect((await keyferry(["verify"])).exitCode).toBe(3);
  });

  it.each([["run"], ["plan"], ["verify"], ["status"]])(
    "%s --only reports all unknown names, exits with 2 and makes no calls",
    async (command) => {
      write(TWO_ACCOUNTS);
      const { exitCode, err } = await keyferry([command, "--only", "wep,prd", "us-east-1"]);
      expect(exitCode).toBe(2);
      for (const text of [
        "3 problems in the options",
        "fix: write web",
        "fix: write prod",
        '"us-east-1" is no',
      ])
        expect(err).toContain(text);
      expect(stage.cloud.calls).toEqual([]);
    },
  );

  it.each([
    ["--rollback", "web", "name the accounts: --to ACCOUNT"],
    ["--publish", "web", "--publish alone, which ends the rollback in all its accounts"],
  ])("--only with %s %s is refused, with the right option", async (option, name, says) => {
    write(TWO_ACCOUNTS);
    const { exitCode, err } = await keyferry(["run", option, name, "--only", "prod"]);
    expect([exitCode, err]).toEqual([2, expect.stringContaining(says)]);
  });

  it("plan exits with 3 if something could not be read, and prints the reason in one line", async () => {
    write(TWO_ACCOUNTS);
    stage.cloud.closedAccounts.add("333333333333");
    const { exitCode, out } = await keyferry(["plan"], { columns: () => 200 });
    expect(exitCode).toBe(3);
    expect(out).toMatch(/\? eu-west-1 +staging: unknown: AssumeRole in 333333333333/);
    expect(out).toContain("Plan: 2 to copy (1 temporary) + 1 unknown");
  });

  it("--to without --rollback reports the missing option", async () => {
    write(TWO_ACCOUNTS);
    const { exitCode, err } = await keyferry(["run", "--to", "prod"]);
    expect([exitCode, err]).toEqual([
      2,
      expect.stringContaining("fix: name the rule to roll back: --rollback RULE"),
    ]);
  });

  it("plan, run, status and verify agree, and run writes the manifest", async () => {
    write(TWO_ACCOUNTS);
    const planned = await keyferry(["plan"]);
    expect([planned.exitCode, planned.out]).toEqual([
      0,
      expect.stringContaining("32 GiB: eu-west-1 -> eu-central-1"),
    ]);

    const ran = await keyferry(["run"]);
    expect(ran.exitCode).toBe(0);
    expect(ran.out).toContain("web -> prod eu-central-1");
    expect(ran.err).toContain("proved, 3 snapshots");
    const manifest = JSON.parse(fs.readFileSync(path.join(cwd, "manifest.json"), "utf8")) as {
      images: unknown[];
    };
    expect(manifest.images).toHaveLength(1);
    expect(fs.readdirSync(path.join(cwd, ".keyferry", "journal"))).toEqual(["acme.jsonl"]);

    expect((await keyferry(["status"])).out).toContain("web: no run is in progress");
    const verified = await keyferry(["verify"]);
    expect([verified.exitCode, verified.out]).toEqual([
      0,
      expect.stringContaining("no share and no transit copy left"),
    ]);
  });

  it("run --json prints the result on stdout and every event as a line of JSON on stderr", async () => {
    write(TWO_ACCOUNTS);
    const { out, err } = await keyferry(["run", "--json", "--manifest", "out/result.json"]);
    expect(JSON.parse(out)).toEqual(
      JSON.parse(fs.readFileSync(path.join(cwd, "out", "result.json"), "utf8")),
    );
    const codes = err
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { code: string }).code);
    expect(codes.slice(0, 2)).toEqual(["CommandStarted", "RunStarted"]);
    expect(codes).toContain("CopyProgressed");
    expect(codes.at(-1)).toBe("RunFinished");
  });

  it("keeps a separate journal for a rehearsal", async () => {
    write(TWO_ACCOUNTS);
    await keyferry(["run"], { env: { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" } });
    expect(fs.readdirSync(cwd).sort()).toEqual([".rehearsal", "keyferry.config.ts"]);
    expect(fs.readdirSync(path.join(cwd, ".rehearsal")).sort()).toEqual(["journal", "manifest.json"]);
  });

  it("exits with 3 if a precondition is not met, and writes nothing", async () => {
    write(TWO_ACCOUNTS);
    stage.cloud.aliases.delete("222222222222/eu-central-1 alias/keyferry/acme/home");
    for (const command of ["plan", "run"]) {
      const { exitCode, out, err } = await keyferry([command]);
      expect(exitCode).toBe(3);
      expect(`${out}${err}`).toContain("npx keyferry deploy 'foundation-*'");
    }
    expect(fs.readdirSync(cwd)).toEqual(["keyferry.config.ts"]);
  });

  it("exits with 1 if a copy job failed, and with 1 if a verification failed", async () => {
    write(TWO_ACCOUNTS);
    stage.cloud.rolePolicies.delete("222222222222 keyferry-acme-runner");
    const ran = await keyferry(["run"]);
    expect([ran.exitCode, ran.err]).toEqual([1, expect.stringContaining("must add kms:CreateGrant")]);
    expect((await keyferry(["verify"])).exitCode).toBe(1);
  });

  it("exits with 130 after Ctrl-C, and the same command continues", async () => {
    write(TWO_ACCOUNTS);
    let interrupt: () => void = () => undefined;
    const first = await keyferry(["run"], {
      onInterrupt: (callback) => {
        interrupt = callback;
        setImmediate(() => setImmediate(interrupt));
        return () => undefined;
      },
    });
    expect(first.exitCode).toBe(130);
    expect((await keyferry(["run"])).exitCode).toBe(0);
  });

  it("waits for another run up to the time given with --wait", async () => {
    write(TWO_ACCOUNTS);
    const lease = "111111111111/eu-west-1 /keyferry/acme/lease";
    const owner = { host: "server", pid: 77, run: "other" };
    const expires = new Date(stage.clock.now().getTime() + 500_000).toISOString();
    stage.cloud.parameters.set(lease, [{ value: JSON.stringify({ owner, expires }), shownAt: 0 }]);
    const waits =
      /web: waiting, the lease \/keyferry\/acme\/lease is held by run other \(process 77 on server\)/;
    const refused = await keyferry(["run"]);
    expect([refused.exitCode, waits.test(refused.err)]).toEqual([3, false]);
    const early = await keyferry(["run", "--wait", "100"]);
    expect([early.exitCode, waits.test(early.err)]).toEqual([3, true]);
    expect(early.err).toContain("keyferry run does with --wait");
    const late = await keyferry(["run", "--wait", "600"]);
    expect([late.exitCode, waits.test(late.err)]).toEqual([0, true]);
    expect(late.err).toContain("web: took over the lease of run other");
  });

  it("prints what is in progress after 30 seconds without output, and not before", async () => {
    write(TWO_ACCOUNTS);
    const ticks: (() => void)[] = [];
    const { err } = await keyferry(["run", "--poll-min", "1", "--poll-max", "1"], {
      every: (_seconds, callback) => {
        ticks.push(callback);
        return () => undefined;
      },
      clock: {
        now: () => stage.clock.now(),
        steady: () => stage.clock.steady(),
        sleep: async (seconds, signal) => {
          await stage.clock.sleep(seconds, signal);
          ticks.forEach((tick) => tick());
        },
      },
    });
    const lines = err.split("\n").filter((line) => line.includes("still in progress"));
    expect(lines[0]).toMatch(
      /still in progress: web\/transit\/builder\/eu-west-1: ami-\d+ pending [345]\d %/,
    );
    // A copy takes 60 s, so each of the three is printed after 30 s and just before its end.
    expect(lines).toHaveLength(6);
  });

  it("state-bucket reports that the state is local", async () => {
    write(TWO_ACCOUNTS);
    const { exitCode, out } = await keyferry(["state-bucket"]);
    expect([exitCode, out.trim()]).toEqual([0, "Terraform's state is local; no bucket is needed"]);
  });
});
