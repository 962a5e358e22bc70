import { workspace } from "../core/workspace";
import type { Environment } from "./environment";
import { frameworkArguments, type FrameworkCommand, type Surroundings } from "./framework-arguments";
import { findFrameworkCli } from "./framework-cli";
import { availableMemoryBytes, stacksAtOnce } from "./parallelism";
import { run } from "./program";
import { selectStacks } from "./stack-names";
import { synthesiseProject } from "./synthesise";
import { terraformParts } from "./terraform-variables";

export interface FrameworkOptions {
  /** Aborting lets Terraform finish what it is doing, and then ends. */
  readonly signal?: AbortSignal;
  /** Takes what the tool prints. @default - the terminal */
  readonly onOutput?: (text: string) => void;
}

/** Off a terminal the tool would print each state of its spinner. */
const WITHOUT_SPINNER = { CI: "true" };

/** The stacks are synthesised before the tool starts. */
const SKIP_SYNTH = "--skip-synth";

/**
 * Runs one command of the framework's tool on the project in `cwd`, with Terraform and the provider as set-up finds
 * them; `args` are stack names or patterns, and the tool's own options. Approval is asked for unless `args` holds
 * `--auto-approve`.
 *
 * @throws ProgramFailed with the app's or the tool's exit code; KeyferryError for a part that is missing, and for a stack
 * that does not exist
 */
export async function runFramework(
  environment: Environment,
  command: FrameworkCommand,
  args: readonly string[],
  options: FrameworkOptions = {},
): Promise<void> {
  const [cli, { env }] = await Promise.all([findFrameworkCli(environment), terraformParts(environment)]);
  const surroundings: Surroundings = {
    synthDir: workspace(environment.env, environment.cwd).synthDir,
    stacksAtOnce: stacksAtOnce(availableMemoryBytes()),
    onTerminal: options.onOutput === undefined && process.stdout.isTTY === true,
  };
  const runTool = (toolCommand: FrameworkCommand, toolArgs: readonly string[]) =>
    run(process.execPath, [cli.script, ...frameworkArguments(toolCommand, toolArgs, surroundings)], {
      ...options,
      env: surroundings.onTerminal ? env : { ...env, ...WITHOUT_SPINNER },
      cwd: environment.cwd,
    });
  await synthesiseProject(environment, surroundings.synthDir, { ...options, env });
  if (command === "synth") return;
  if (command !== "diff") {
    // What follows an option may be its value.
    const firstOption = args.findIndex((arg) => arg.startsWith("-"));
    selectStacks(surroundings.synthDir, firstOption < 0 ? args : args.slice(0, firstOption));
    return runTool(command, [...args, SKIP_SYNTH]);
  }
  // The tool compares one stack at a time.
  const flags = args.filter((arg) => arg.startsWith("-"));
  const patterns = args.filter((arg) => !arg.startsWith("-"));
  for (const stack of selectStacks(surroundings.synthDir, patterns)) {
    await runTool("diff", [stack, SKIP_SYNTH, ...flags]);
  }
}
