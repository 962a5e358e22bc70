import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DeployerAccess } from "../../../scripts/aws";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import { systemHost } from "../../../scripts/cli/system-host";
import type { Environment } from "../../../setup/environment";
import { installApp } from "../../setup/fake-app";
import { machine, workingTerraform, type TerraformAnswers } from "../../setup/fixtures";
import { recordingFile } from "../../scripts/terraform/recordings";

export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as `npx keyferry deploy` does, on a simulated machine and without a terminal. */
export async function keyferry({ env, cwd }: Environment, ...argv: readonly string[]): Promise<Answer> {
  return keyferryOn({}, { env, cwd }, ...argv);
}

export async function keyferryOn(
  change: Partial<Host>,
  { env, cwd }: Pick<Environment, "env" | "cwd">,
  ...argv: readonly string[]
): Promise<Answer> {
  const printed = { stdout: "", stderr: "" };
  const host: Host = {
    ...systemHost,
    env,
    cwd,
    ask: undefined,
    // The real loader has its own tests.
    load: (file) => ({ default: JSON.parse(readFileSync(file, "utf8")) as unknown }),
    out: (text) => void (printed.stdout += `${text}\n`),
    err: (text) => void (printed.stderr += `${text}\n`),
    onInterrupt: () => () => undefined,
    connectAsDeployer: () => deployerThatFinds(undefined),
    ...change,
  };
  const status = await runCli(argv, host);
  return { status, ...printed };
}

/** Access to an account in which every alias names the same key, or none does. */
export function deployerThatFinds(arn: string | undefined): DeployerAccess {
  const describe = () => Promise.resolve(arn === undefined ? undefined : { arn, state: "Enabled" });
  return { keyLife: () => ({ describe }) } as unknown as DeployerAccess;
}

export interface Project {
  readonly environment: Environment;
  /** Terraform commands that were run, each with the stack's name first. */
  readonly calls: () => readonly string[];
}

/** A project with a topology, a simulated app and a simulated Terraform. */
export function project(answers: TerraformAnswers = {}, env: Environment["env"] = {}): Project {
  const environment = machine(env);
  const calls = path.join(environment.home, "calls");
  workingTerraform(path.join(environment.env["PATH"] ?? "", "terraform"), calls, answers);
  installApp(environment.cwd);
  writeFileSync(path.join(environment.cwd, "keyferry.config.ts"), JSON.stringify(TOPOLOGY));
  const lines = () => readFileSync(calls, "utf8").trim().split("\n");
  return { environment, calls: () => (existsSync(calls) ? lines() : []) };
}

export const TOPOLOGY = {
  name: "acme",
  accounts: { a: { id: "111111111111" }, b: { id: "222222222222", profile: "prod" } },
  images: {
    web: {
      from: { account: "a", region: "eu-west-1", newest: { name: "web-*" } },
      to: [{ account: "b", regions: ["eu-west-1"] }],
    },
  },
};

export const CREATES = { plan: { prints: recordingFile("plan-create"), exitCode: 2 } };
