import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { serveProvider, type ProviderServer } from "../../../sandbox/provider/serve-provider";
import { runTerraform, terraformIn } from "./terraform-run";

/** Enough to create everything in one file at the same time: Terraform's default of ten would queue. */
const AT_ONCE = "-parallelism=30";

/** A resource in a plan, as `terraform show -json` has it. */
export interface PlannedResource {
  readonly address: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly importing?: { readonly id: string };
  };
}

/** A resource in a state file. */
export interface StateResource {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  readonly instances: readonly { readonly attributes: Readonly<Record<string, unknown>> }[];
}

/** A Terraform working directory with its own state, for one rehearsal cloud. */
export class TerraformDirectory {
  private constructor(
    readonly path: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly provider?: ProviderServer,
  ) {}

  /** An initialised copy of a configuration directory. Each command starts the AWS provider, as it does for a user. */
  static async of(configuration: string, env: NodeJS.ProcessEnv): Promise<TerraformDirectory> {
    return new TerraformDirectory(copyOf(configuration), env).initialised();
  }

  /** The same, but the AWS provider is started once for all commands, because starting it takes most of their time. */
  static async served(configuration: string, env: NodeJS.ProcessEnv): Promise<TerraformDirectory> {
    const directory = copyOf(configuration);
    const provider = await serveProvider(env, directory, directory);
    return new TerraformDirectory(directory, { ...env, ...provider.env }, provider).initialised();
  }

  /** The same configuration, initialised, without the state. */
  twin(): TerraformDirectory {
    const twin = new TerraformDirectory(mkdtempSync(path.join(os.tmpdir(), "keyferry-terraform-")), this.env);
    const isState = (file: string) => path.basename(file).startsWith("terraform.tfstate");
    cpSync(this.path, twin.path, { recursive: true, filter: (file) => !isState(file) });
    return twin;
  }

  /** @param variables like `phase=2` */
  apply(...variables: readonly string[]): Promise<string> {
    return this.done("apply", "-auto-approve", AT_ONCE, ...variables.map((one) => `-var=${one}`));
  }

  destroy(...variables: readonly string[]): Promise<string> {
    const values = variables.map((one) => `-var=${one}`);
    return this.done("destroy", "-auto-approve", "-refresh=false", AT_ONCE, ...values);
  }

  /** What a plan would do with each resource, after a refresh. */
  async plan(...variables: readonly string[]): Promise<readonly PlannedResource[]> {
    await this.done("plan", "-out=plan", AT_ONCE, ...variables.map((one) => `-var=${one}`));
    const shown = JSON.parse(await this.done("show", "-json", "plan")) as {
      resource_changes?: readonly PlannedResource[];
    };
    return shown.resource_changes ?? [];
  }

  /** What a plan would change after a refresh; nothing after a deployment without drift. */
  async changes(...variables: readonly string[]): Promise<readonly PlannedResource[]> {
    return changed(await this.plan(...variables));
  }

  /** Runs a command that must fail. @returns its output. Rejects if it succeeds. */
  async failure(...argv: readonly string[]): Promise<string> {
    const { code, output } = await this.run(argv);
    if (code === 0) throw new Error(`terraform ${argv.join(" ")} was expected to fail:\n${output}`);
    return output;
  }

  /** Initialises and validates a configuration below the directory. */
  async validate(below: string): Promise<void> {
    const there = new TerraformDirectory(path.join(this.path, below), this.env);
    await there.done("init", "-backend=false");
    const { code, output } = await runTerraform(await terraformIn(this.env), there.path, [
      ...["validate", "-no-color"],
    ]);
    if (code !== 0) throw new Error(`${below} is not valid:\n${output}`);
  }

  state(): { resources: readonly StateResource[] } {
    return JSON.parse(readFileSync(path.join(this.path, "terraform.tfstate"), "utf8"));
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.path, file), text);
  }

  remove(): void {
    this.provider?.stop();
    rmSync(this.path, { recursive: true, force: true });
  }

  private async initialised(): Promise<this> {
    await this.done("init");
    return this;
  }

  private async done(...argv: readonly string[]): Promise<string> {
    const { code, output } = await this.run(argv);
    if (code !== 0)
      throw new Error(`terraform ${argv.join(" ")} ended with ${code}:\n${output.slice(-4000)}`);
    return output;
  }

  private async run([command = "", ...options]: readonly string[]) {
    const input = command === "show" ? [] : ["-input=false"];
    return runTerraform(await terraformIn(this.env), this.path, [command, "-no-color", ...input, ...options]);
  }
}

function copyOf(configuration: string): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-terraform-"));
  cpSync(configuration, directory, { recursive: true });
  return directory;
}

/** The resources that a plan would change in the cloud. */
export function changed(planned: readonly PlannedResource[]): readonly PlannedResource[] {
  return planned.filter(({ change: { actions } }) => !actions.includes("no-op") && !actions.includes("read"));
}
