import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { resolveTopology } from "../../topology";
import { ACME } from "../_helpers/topologies";
import {
  Administrators,
  deployFoundation,
  makeImage,
  startVirtualCloud,
  type VirtualCloud,
} from "../_helpers/virtual";
import { eventually, ROOT, start, type Running } from "./lib/rehearsal";

/** Real processes on a cloud whose clock does not advance: a copy that is in progress stays in progress. */
const INPUT = { ...ACME, name: "interrupt" };
const topology = resolveTopology(INPUT);

jest.setTimeout(240_000);

let cloud: VirtualCloud;
let directory: string;

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id);
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-interrupt-"));
  writeFileSync(path.join(directory, "keyferry.config.ts"), `export default ${JSON.stringify(INPUT)};\n`);
  const admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  for (const { from } of topology.rules) await makeImage(cloud, admins, from, "web-1", [{ sizeGiB: 8 }]);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true, force: true });
});

const journalFile = () => path.join(directory, "rehearsal/journal/interrupt.jsonl");
const journal = () => readFileSync(journalFile(), "utf8");

async function copying(): Promise<Running> {
  const env = {
    ...process.env,
    KEYFERRY_CONFIG: path.join(directory, "keyferry.config.ts"),
    KEYFERRY_REHEARSAL_DIR: path.join(directory, "rehearsal"),
  };
  const running = start([path.join(ROOT, "bin/keyferry.js"), "run"], env, directory);
  let told = "";
  running.child.stderr?.on("data", (text: string) => (told += text));
  await eventually("a copy", () => Promise.resolve(/copying|found ami/.test(told) ? told : undefined));
  return running;
}

test("Ctrl-C once: no new task starts, the journal records the interruption, the exit code is 130", async () => {
  const { child, finished } = await copying();
  child.kill("SIGINT");
  expect((await finished).code).toBe(130);
  expect(journal()).toContain('"code":"Interrupted"');
});

test("a closed terminal: nothing reads the output, and the run ends as after Ctrl-C", async () => {
  const before = (existsSync(journalFile()) ? journal() : "").length;
  const { child, finished } = await copying();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.kill("SIGHUP");
  expect(await finished).toMatchObject({ code: 130, signal: null });
  expect(journal().slice(before)).toContain('"code":"Interrupted"');
});

test("a slow reader receives the complete output", async () => {
  const program = `
    const { printing } = require("./scripts/cli/output");
    const { leave } = printing([process.stdout, process.stderr], (code) => process.exit(code));
    process.stdout.write("x".repeat(1_000_000));
    process.stderr.write("printed");
    void leave(0);`;
  const { child, finished } = start(["-r", "./bin/typescript.js", "-e", program], process.env, ROOT);
  child.stdout?.pause();
  child.stderr?.once("data", () => child.stdout?.resume());
  const { code, stdout } = await finished;
  expect([code, stdout.length]).toEqual([0, 1_000_000]);
});

test("Ctrl-C twice: the process ends immediately, even while a call is in flight", async () => {
  const { child, finished } = await copying();
  const before = journal().length;
  cloud.setFaults([{ effect: { kind: "slow", seconds: 30 } }]);
  const calls = cloud.requests.get("ec2 DescribeImages") ?? 0;
  await eventually("a call on its way", () =>
    Promise.resolve((cloud.requests.get("ec2 DescribeImages") ?? 0) > calls ? true : undefined),
  );
  child.kill("SIGINT");
  await new Promise(setImmediate);
  const since = Date.now();
  child.kill("SIGTERM");
  expect((await finished).code).toBe(130);
  expect(Date.now() - since).toBeLessThan(20_000);
  expect(journal().length).toBeGreaterThanOrEqual(before);
  cloud.setFaults([]);
});
