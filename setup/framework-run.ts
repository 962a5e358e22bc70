import { workspace } from "../core/workspace";
import type { Environment } from "./environment";
import { findFrameworkCli, type FrameworkCli } from "./framework-cli";
import { availableMemoryBytes, stacksAtOnce } from "./parallelism";
import { run, type ProgramOptions } from "./program";
import { selectStacks } from "./stack-names";
import { terraformParts } from "./terraform-variables";

/** The framework's commands that go through set-up. */
export const FRAMEWORK_COMMANDS = ["synth", "diff", "deploy", "destroy", "output"] as const;
export type FrameworkCommand = (typeof FRAMEWORK_COMMANDS)[number];

export interface FrameworkOptions {
  readonly signal?: AbortSignal;
  /** Takes what the tool prints. @default - the terminal */
  readonly onOutput?: (text: string) => void;
}

/** The commands that start Terraform for several stacks at a time. */
const PARALLEL: ReadonlySet<FrameworkCommand> = new Set(["deploy", "destroy"]);

/**
 * Runs one command of the framework's tool on the project in `cwd`, with Terraform and the provider as set-up finds
 * them; `args` are stack names or patterns, and the tool's own options. Approval is asked for unless `args` holds
 * `--auto-approve`.
 *
 * @throws ProgramFailed with the tool's exit code; KeyferryError for a part that is missing
 */
export async function runFramework(
  environment: Environment,
  command: FrameworkCommand,
  args: readonly string[],
  options: FrameworkOptions = {},
): Promise<void> {
  const [cli, { env }] = await Promise.all([findFrameworkCli(environment), terraformParts(environment)]);
  const { synthDir } = workspace(environment.env, environment.cwd);
  const programOptions = { ...options, env, cwd: environment.cwd };
  if (command === "diff") return diff(cli, args, synthDir, programOptions);
  return run(process.execPath, [cli.script, ...frameworkArguments(command, args, synthDir)], programOptions);
}

/** The tool's arguments; an option that the user gives is left as given. */
export function frameworkArguments(
  command: FrameworkCommand,
  args: readonly string[],
  synthDir: string,
  availableBytes = availableMemoryBytes(),
): string[] {
  const defaults = [
    ...(given(args, "--output", "-o") ? [] : ["--output", synthDir]),
    ...(PARALLEL.has(command) && !given(args, "--parallelism")
      ? ["--parallelism", `${stacksAtOnce(availableBytes)}`]
      : []),
  ];
  return [command, ...args, ...defaults];
}

/** The tool compares one stack at a time: synthesise once, then go through the stacks that were asked for. */
async function diff(
  cli: FrameworkCli,
  args: readonly string[],
  synthDir: string,
  options: ProgramOptions & FrameworkOptions,
): Promise<void> {
  const patterns = args.filter((arg) => !arg.startsWith("-"));
  const flags = args.filter((arg) => arg.startsWith("-"));
  await run(process.execPath, [cli.script, ...frameworkArguments("synth", [], synthDir)], options);
  for (const stack of selectStacks(synthDir, patterns)) {
    const command = frameworkArguments("diff", [stack, "--skip-synth", ...flags], synthDir);
    await run(process.execPath, [cli.script, ...command], options);
  }
}

function given(args: readonly string[], ...names: readonly string[]): boolean {
  return args.some((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)));
}
