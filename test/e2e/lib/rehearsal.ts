import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { administrator, type Administrator } from "../../../demo/clients";
import { startRehearsal } from "../../../sandbox";
import { workspace } from "../../../core/workspace";
import { journalFile, readJournal } from "../../../scripts/engine/journal";
import type { Plan } from "../../../scripts/engine/results";
import { expectAsPlanned } from "../../_helpers/planned-and-done";
import { homeRegion, resolveTopology, type Topology, type TopologyInput } from "../../../topology";
import { inThisProcess } from "./in-process";
import { ROOT, start, type Finished, type Running } from "./process";
import { serveProvider } from "../../../sandbox/provider/serve-provider";

export { eventually, ROOT, start, type Finished, type Running } from "./process";

/** A rehearsal cloud with its own workspace, on which tests run the product's commands as a user does. */
export interface Rehearsal {
  readonly url: string;
  readonly clock: Awaited<ReturnType<typeof startRehearsal>>["clock"];
  readonly directory: string;
  readonly topology: Topology;
  readonly env: NodeJS.ProcessEnv;
  admin(account: string, region: string): Administrator;
  /** Runs `npx keyferry deploy <stacks>`; rejects unless it succeeds. An environment as the last argument is added to the rehearsal's. */
  deploy(...stacks: (string | NodeJS.ProcessEnv)[]): Promise<string>;
  /** Runs `npx keyferry ...` to its end, in the tests' process if possible. A run must do what `keyferry plan` printed just before. */
  keyferry(...argv: string[]): Promise<Finished>;
  /** Starts `npx keyferry ...` as a separate process; `env` is added to the environment. */
  startKeyferry(argv: readonly string[], env?: NodeJS.ProcessEnv): Running;
  /** Everything in the cloud, as one file; `load` restores it and deletes the journal. */
  dump(): Promise<Buffer>;
  load(state: Buffer): Promise<void>;
  /** Replaces the fault rules; see packages/emulator/README.md. */
  setFaults(faults: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}

/** Options of `run` that `plan` also accepts. */
const PLANNED = ["--only", "--repin", "--publish"];

/** What starts the AWS provider: Terraform itself for every command, or the rehearsal, once. */
export type ProviderStart = "by Terraform" | "by the rehearsal";

export async function rehearse(
  input: TopologyInput,
  timeScale = 60,
  providerStart: ProviderStart = "by the rehearsal",
): Promise<Rehearsal> {
  const topology = resolveTopology(input);
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-e2e-"));
  const config = path.join(directory, "keyferry.config.ts");
  writeFileSync(config, `export default ${JSON.stringify(input, null, 2)};\n`);
  const cloud = await startRehearsal({ port: 0, timeScale });
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
  const own: NodeJS.ProcessEnv = {
    ...clean,
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: topology.operator.id,
    AWS_SECRET_ACCESS_KEY: "rehearsal",
    AWS_REGION: homeRegion(topology),
    AWS_CONFIG_FILE: path.join(directory, "no-aws-config"),
    AWS_SHARED_CREDENTIALS_FILE: path.join(directory, "no-aws-credentials"),
    KEYFERRY_CONFIG: config,
    KEYFERRY_REHEARSAL_DIR: path.join(directory, "workspace"),
    NO_COLOR: "1",
  };
  const provider =
    providerStart === "by Terraform"
      ? undefined
      : await serveProvider(own, directory, workspace(own, directory).synthDir);
  const env = { ...own, ...provider?.env };
  const startKeyferry = (argv: readonly string[], more: NodeJS.ProcessEnv = {}) =>
    start([path.join(ROOT, "bin/keyferry.js"), ...argv], { ...env, ...more }, directory);
  const runKeyferry = async (argv: readonly string[]) =>
    (await inThisProcess(argv, env, directory)) ?? startKeyferry(argv).finished;
  const planFor = async (options: readonly string[]) => {
    if (options.some((option) => !PLANNED.includes(option) && option.startsWith("-"))) return undefined;
    const { stdout } = await runKeyferry(["plan", "--json", ...options]);
    const plan = stdout === "" ? undefined : (JSON.parse(stdout) as Plan);
    if (plan === undefined || plan.refusals.length > 0) return undefined;
    const { journalDir } = workspace(own, directory);
    const journal = journalFile(journalDir, topology.name);
    const before = readJournal(journal).length;
    return (isWhole: boolean) => {
      const events = readJournal(journal)
        .slice(before)
        .map(({ event }) => event);
      expectAsPlanned(plan, events, isWhole);
    };
  };
  return {
    url: cloud.url,
    clock: cloud.clock,
    directory,
    topology,
    env,
    admin: (account, region) => administrator(cloud.url, account, region),
    deploy: (...stacks) => {
      const names = stacks.filter((stack) => typeof stack === "string");
      const more = stacks.filter((stack) => typeof stack !== "string");
      return deploy(names, Object.assign({}, env, ...more) as NodeJS.ProcessEnv);
    },
    keyferry: async (...argv) => {
      const compare = argv[0] === "run" ? await planFor(argv.slice(1)) : undefined;
      const finished = await runKeyferry(argv);
      compare?.(finished.code === 0);
      return finished;
    },
    startKeyferry,
    dump: () => cloud.dump(),
    load: async (state) => {
      await cloud.load(state);
      rmSync(path.join(directory, "workspace"), { recursive: true, force: true });
    },
    setFaults: async (faults) => {
      const { status } = await fetch(`${cloud.url}/_rehearsal/faults`, {
        method: "PUT",
        body: JSON.stringify({ faults }),
      });
      if (status !== 200) throw new Error(`the faults were refused with ${status}`);
    },
    stop: async () => {
      provider?.stop();
      await cloud.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function deploy(stacks: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const argv = ["deploy", ...stacks, "--auto-approve"];
  const { code, stdout, stderr } =
    (await inThisProcess(argv, env, ROOT)) ??
    (await start([path.join(ROOT, "bin/keyferry.js"), ...argv], env, ROOT).finished);
  if (code !== 0) throw new Error(`deploy of ${stacks.join(", ")} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}
