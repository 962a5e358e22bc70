import type { Command } from "commander";
import type { DeployCommandOptions } from "../commands/deploy";
import type { DiffOptions } from "../commands/diff";
import type { Host } from "../host";
import { lazy } from "../lazy";
import type { StackOptions } from "./session";

/** The commands that run Terraform on the synthesised stacks. */
export function addStackCommands(
  program: Command,
  host: Host,
  onExitCode: (exitCode: number) => void,
  count: (text: string) => number,
): void {
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .option("--config <file>", "file that declares the topology (default: keyferry.config.ts)")
      .option("--json", "print results as JSON on stdout")
      .option("--verbose", "show all of Terraform's output");

  const onStacks = (name: string, description: string, stacks: string) =>
    command(name, description)
      .argument("[stacks...]", stacks)
      .option("--parallelism <n>", "number of stacks at a time (default: as many as fit into memory)", count)
      .option("--migrate-state", "move the state if the topology now keeps it in another place");

  for (const name of ["deploy", "destroy"] as const) {
    const does =
      name === "deploy"
        ? "create and update the resources of the stacks"
        : "destroy the resources of the stacks";
    onStacks(name, `${does} with Terraform`, "names or patterns, such as 'foundation-*'; '*' for all")
      .option("--auto-approve", "apply plans without asking for approval")
      .action(async (stacks: readonly string[], options: DeployCommandOptions) =>
        onExitCode(await lazy.deploy().deployCommand(host, name, stacks, options)),
      );
  }

  onStacks(
    "diff",
    "print what deploy would change; changes nothing, works also before the first deployment",
    "names or patterns (default: all)",
  )
    .option("--exit-code", "exit with 4 if something would change")
    .option("--no-rights", "do not print who would gain or lose which permission")
    .action(async (stacks: readonly string[], options: DiffOptions) =>
      onExitCode(await lazy.diff().diffCommand(host, stacks, options)),
    );

  command("synth", "write the Terraform configuration of the stacks; makes no AWS calls").action(
    async (options: StackOptions) => onExitCode(await lazy.synth().synthCommand(host, options)),
  );
}
