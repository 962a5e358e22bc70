import { noBuckets } from "../fake-aws/no-buckets";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import * as api from "../../../scripts/api";
import { CALLS } from "../../../scripts/engine/fence";
import type { TopologyInput } from "../../../topology";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";
import { give, OPERATOR, writeTopology } from "../lib/command";

let directory: string;
let stage: Stage;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-api-"));
  stage = new Stage();
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

/** A machine on the stage's cloud, in whose directory only the API writes. */
const world = (change: Partial<api.World> = {}): api.World => ({
  env: {},
  cwd: directory,
  clock: stage.clock,
  connect: () => stage.cloud.access(),
  connectAsDeployer: () => stage.deployer.access(),
  connectToBuckets: noBuckets,
  caller: async () => OPERATOR,
  hostName: "laptop",
  pid: 1,
  isAlive: () => false,
  ...change,
});

type Options = api.CommonOptions;
type Call = (topology: TopologyInput, options: Options, on: api.World) => Promise<unknown>;

const READING: readonly (readonly [string, Call])[] = [
  ["plan", api.plan],
  ["verify", api.verify],
  ["status", api.status],
  ["doctor", api.doctor],
  ["clean", api.clean],
  ["planRollback", (topology, options, on) => api.planRollback(topology, { rule: "web" }, options, on)],
];
const CHANGING: readonly (readonly [string, Call])[] = [
  ["run", api.run],
  ["clean with apply", (topology, options, on) => api.clean(topology, { ...options, apply: true }, on)],
  ["rollback", (topology, options, on) => api.rollback(topology, { rule: "web" }, options, on)],
];

const changesAt = ({ calls }: Stage["cloud"]) => calls.filter((call) => !/^(Describe|Get|List)/.test(call));

describe("the results of the functions", () => {
  it.each([
    ["plan", api.plan],
    ["verify", api.verify],
    ["status", api.status],
    ["doctor", api.doctor],
    ["clean", api.clean],
  ] as const)("%s: what the command prints with --json", async (name, call) => {
    await api.run(TWO_ACCOUNTS, {}, world());
    writeTopology(directory, TWO_ACCOUNTS);
    const answered = await call(TWO_ACCOUNTS, {}, world());
    const { out } = await give(stage, directory, [name, "--json"]);
    const dates = /"at":"[^"]*"/g;
    expect(JSON.stringify(answered).replace(dates, "")).toBe(out.trim().replace(dates, ""));
  });

  it("run: returns the manifest that the command writes, without writing it, and writes the journal", async () => {
    const { state, manifest } = await api.run(TWO_ACCOUNTS, {}, world());
    expect(state).toBe("done");
    expectCarried(stage);
    expect(changesAt(stage.cloud)).not.toEqual([]);
    expect(manifest).toMatchObject({ cloud: "aws", topology: "acme", images: [{ rule: "web" }] });
    expect(manifest.images[0]?.jobs.map((job) => job.state)).toEqual(["done", "done"]);
    expect(fs.readdirSync(directory)).toEqual([".keyferry"]);
    expect(fs.readFileSync(path.join(directory, ".keyferry/journal/acme.jsonl"), "utf8")).toContain(
      manifest.run,
    );
  });

  it("the same result for a resolved topology", async () => {
    const resolved = api.resolveTopology(TWO_ACCOUNTS);
    expect(await api.plan(resolved, {}, world())).toEqual(await api.plan(TWO_ACCOUNTS, {}, world()));
  });

  it("the journal is below the given directory", async () => {
    const project = path.join(directory, "images");
    await api.run(TWO_ACCOUNTS, { directory: "images" }, world());
    expect(fs.existsSync(path.join(project, ".keyferry/journal/acme.jsonl"))).toBe(true);
    expect(fs.readdirSync(directory)).toEqual(["images"]);
  });

  it("the lock file is next to the given configuration", async () => {
    fs.mkdirSync(path.join(directory, "envs"));
    fs.writeFileSync(path.join(directory, "envs/keyferry.lock.json"), "no lock");
    await expect(api.plan(TWO_ACCOUNTS, { configuration: "envs/prod.ts" }, world())).rejects.toBeInstanceOf(
      api.ConfigurationError,
    );
    expect((await api.plan(TWO_ACCOUNTS, {}, world())).refusals).toEqual([]);
  });
});

describe("events", () => {
  const eventsOf = async (call: Call) => {
    const events: api.ApiEvent[] = [];
    await call(TWO_ACCOUNTS, { configuration: "prod.ts", onEvent: (event) => events.push(event) }, world());
    return events;
  };

  it.each(READING.filter(([name]) => name !== "planRollback"))("%s says where it works", async (_, call) => {
    expect(await eventsOf(call)).toEqual([
      { code: "CommandStarted", cloud: "aws", caller: OPERATOR, topology: "acme", file: "prod.ts" },
    ]);
  });

  it("run first reports where it works, then the events of the journal and the progress", async () => {
    const [first, ...events] = await eventsOf(api.run);
    expect(first).toMatchObject({ code: "CommandStarted" });
    const lines = fs.readFileSync(path.join(directory, ".keyferry/journal/acme.jsonl"), "utf8").trim();
    const kept = lines.split("\n").map((line) => (JSON.parse(line) as { event: unknown }).event);
    expect(events.filter(({ code }) => code !== "CopyProgressed")).toEqual(kept);
    expect(events.at(-1)).toMatchObject({ code: "RunFinished", done: 2, failed: 0 });
  });

  it("the caller's identity is not read without a listener", async () => {
    const caller = () => Promise.reject(new TypeError("asked"));
    expect((await api.plan(TWO_ACCOUNTS, {}, world({ caller }))).topology).toBe("acme");
  });

  it("a listener that throws does not end a run: it is not called again, and its error is thrown at the end", async () => {
    const codes: string[] = [];
    const onEvent = ({ code }: api.ApiEvent) => {
      codes.push(code);
      if (code === "CopyStarted") throw new RangeError("the pipe is full");
    };
    await expect(api.run(TWO_ACCOUNTS, { onEvent }, world())).rejects.toThrow("the pipe is full");
    expect(codes.filter((code) => code === "CopyStarted")).toHaveLength(1);
    expect(codes.at(-1)).toBe("CopyStarted");
    expectCarried(stage);
  });
});

describe("errors", () => {
  it.each([...READING, ...CHANGING])("%s: reports all problems of a topology together", async (_, call) => {
    const wrong = { name: "acme", accounts: { builder: { id: "1" } }, images: {} };
    const error = await call(wrong, {}, world()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(api.ConfigurationError);
    expect((error as api.ConfigurationError).problems.map((problem) => problem.path)).toEqual(
      expect.arrayContaining(["accounts.builder.id"]),
    );
    expect(stage.cloud.calls).toEqual([]);
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it.each([
    ["only", () => api.plan(TWO_ACCOUNTS, { only: ["prd"] }, world())],
    ["publish", () => api.run(TWO_ACCOUNTS, { publish: ["wep"] }, world())],
    ["rule", () => api.rollback(TWO_ACCOUNTS, { rule: "wep" }, {}, world())],
    ["accounts", () => api.planRollback(TWO_ACCOUNTS, { rule: "web", accounts: ["prd"] }, {}, world())],
  ])("a problem in the option %s is reported under that name", async (path, call) => {
    await expect(call()).rejects.toMatchObject({
      code: "ConfigurationInvalid",
      problems: [{ path }],
    });
  });

  it("a run that must not start throws all reasons and changes nothing", async () => {
    const rules = {
      web: {
        ...TWO_ACCOUNTS.images["web"],
        from: { account: "builder", region: "eu-west-1", newest: { name: "none-*" } },
      },
    };
    const nothing = { ...TWO_ACCOUNTS, images: rules } as TopologyInput;
    const error = await api.run(nothing, {}, world()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(api.PreflightRefused);
    expect((error as api.PreflightRefused).refusals).toMatchObject([{ subject: "web" }]);
    expect(changesAt(stage.cloud)).toEqual([]);
    expect(fs.readdirSync(directory)).toEqual([]);
  });

  it("AWS's error is thrown unchanged, and can be explained", async () => {
    const site = { operation: "DescribeImages", account: "111111111111", region: "eu-west-1" };
    const answer = { code: "RequestExpired", message: "Request has expired.", transient: false };
    const connect = () => {
      throw new api.AwsCallError(site, answer);
    };
    const error = await api.plan(TWO_ACCOUNTS, {}, world({ connect })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(api.AwsCallError);
    expect(error).toMatchObject({ site, answer });
    expect(api.explainAwsAnswer(error as api.AwsCallError)).toMatchObject({
      reason: expect.stringContaining("Request has expired."),
      fixes: [expect.any(String)],
    });
  });

  it("a file that cannot be written is reported as such", async () => {
    fs.writeFileSync(path.join(directory, ".keyferry"), "a file where the directory would be");
    await expect(api.plan(TWO_ACCOUNTS, {}, world())).rejects.toMatchObject({ code: "FileRefused" });
  });
});

describe("abort", () => {
  it.each([...READING, ...CHANGING])(
    "%s: makes no call if it is aborted before it starts",
    async (_, call) => {
      await expect(call(TWO_ACCOUNTS, { signal: AbortSignal.abort() }, world())).rejects.toMatchObject({
        code: "Interrupted",
      });
      expect(stage.cloud.calls).toEqual([]);
    },
  );

  it.each(READING)("%s: rejects immediately, even if AWS never responds", async (_, call) => {
    const stop = new AbortController();
    const connect = () => {
      const aws = stage.cloud.access();
      const silent = () => {
        stop.abort();
        return new Promise<never>(() => undefined);
      };
      const port = (names: object) => () =>
        Object.fromEntries(Object.keys(names).map((name) => [name, silent]));
      const ports = Object.entries(CALLS).map(([name, names]) => [name, port(names)]);
      return { ...(Object.fromEntries(ports) as typeof aws), now: () => aws.now() };
    };
    await expect(call(TWO_ACCOUNTS, { signal: stop.signal }, world({ connect }))).rejects.toMatchObject({
      code: "Interrupted",
    });
  });

  it("run: returns its manifest, releases its lease, and the same call continues", async () => {
    const stop = new AbortController();
    const onEvent = ({ code }: api.ApiEvent) => code === "CopyStarted" && stop.abort();
    const { state, manifest } = await api.run(TWO_ACCOUNTS, { onEvent, signal: stop.signal }, world());
    expect(state).toBe("interrupted");
    expect(manifest.images[0]?.jobs.map((job) => job.state)).toEqual(["not-done", "not-done"]);
    expect((await api.status(TWO_ACCOUNTS, {}, world())).rules).toEqual([{ rule: "web" }]);
    expect((await api.run(TWO_ACCOUNTS, {}, world())).state).toBe("done");
    expectCarried(stage);
  });

  it("no listener remains on the caller's signal", async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, "addEventListener");
    const removed = jest.spyOn(signal, "removeEventListener");
    await api.run(TWO_ACCOUNTS, { signal }, world());
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });
});
