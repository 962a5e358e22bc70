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
      .option("--config <file>", "where the topology is declared (default: keyferry.config.ts)")
      .option("--json", "results as JSON on stdout")
      .option("--verbose", "show everything that Terraform says");

  const onStacks = (name: string, description: string, stacks: string) =>
    command(name, description)
      .argument("[stacks...]", stacks)
      .option("--parallelism <n>", "stacks at a time (default: as many as fit into memory)", count)
      .option("--migrate-state", "move the state where the topology has given it another place");

  for (const name of ["deploy", "destroy"] as const) {
    const does =
      name === "deploy" ? "create and change what the stacks declare" : "destroy what the stacks hold";
    onStacks(name, `${does}, by Terraform`, "names or patterns, such as 'foundation-*'; '*' for all")
      .option("--auto-approve", "do not ask; what is planned is applied")
      .action(async (stacks: readonly string[], options: DeployCommandOptions) =>
        onExitCode(await lazy.deploy().deployCommand(host, name, stacks, options)),
      );
  }

  onStacks(
    "diff",
    "print what deploy would change; changes nothing, and needs nothing deployed",
    "names or patterns (default: all)",
  )
    .option("--exit-code", "end with 4 where something would change")
    .option("--no-rights", "leave out who would gain and who would lose which right")
    .action(async (stacks: readonly string[], options: DiffOptions) =>
      onExitCode(await lazy.diff().diffCommand(host, stacks, options)),
    );

  command("synth", "write the stacks for Terraform; makes no AWS calls").action(
    async (options: StackOptions) => onExitCode(await lazy.synth().synthCommand(host, options)),
  );
}
