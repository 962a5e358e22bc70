import { Option, type Command } from "commander";
import type { BootstrapOptions } from "./commands/bootstrap";
import type { ImportStandingOptions } from "./commands/import";
import type { InitOptions } from "./commands/init";
import type { Host } from "./host";
import { FRAMEWORKS } from "../init/versions";
import { lazy } from "./lazy";

interface ConfigOption {
  readonly config?: string;
}

/** The commands that are used before AWS or without it: a new project, the programs that it needs, and the rehearsal cloud. */
export function addProjectCommands(
  program: Command,
  host: Host,
  onExitCode: (exitCode: number) => void,
): void {
  const command = (name: string, description: string) =>
    program.command(name).description(description).allowExcessArguments(false);
  const withConfig = (name: string, description: string) =>
    command(name, description).option(
      "--config <file>",
      "file that declares the topology (default: keyferry.config.ts)",
    );

  command("init", "write the files of a new project; changes no existing file")
    .argument("[directory]", "directory of the project", ".")
    .option("--name <name>", "name of the topology (default: the directory's name)")
    .option("--from <account=id>", "account in which images are built (default: builder=111111111111)")
    .option("--from-region <region>", "Region in which images are built (default: eu-west-1)")
    .option("--to <account=id>", "account to which images are copied (default: prod=222222222222)")
    .option("--to-region <region>", "Region to which images are copied (default: eu-central-1)")
    .option(
      "--workflow",
      "also write GitHub Actions workflows for deployments and for reviews of pull requests",
    )
    .addOption(
      new Option("--framework <name>", "CDK for Terraform, or CDK Terrain with version 6 of the AWS provider")
        .choices(FRAMEWORKS)
        .default("cdktf"),
    )
    .option("--yes", "do not ask for missing options, use their defaults")
    .action(async (directory: string, options: InitOptions) =>
      onExitCode(await lazy.init().initCommand(host, directory, options)),
    );

  command(
    "import",
    "print a topology of the image copies and keys that already exist in some accounts, and what does not fit into it; changes nothing",
  )
    .requiredOption("--accounts <name=id...>", "the accounts, with the names that they get in the topology")
    .requiredOption("--regions <regions...>", "the Regions to search in each account")
    .option("--name <name>", "name of the topology", "imported")
    .option("--role <name>", "role to assume in each account", "keyferry-deploy")
    .option("--no-role", "assume no role: search only the account of the ambient credentials")
    .option("--terraform", "print Terraform import blocks for the keys instead of the topology")
    .option("--json", "print everything as JSON on stdout")
    .action(async (options: ImportStandingOptions) =>
      onExitCode(await lazy.importStanding().importStandingCommand(host, options)),
    );

  withConfig(
    "bootstrap",
    "print the deploy role of each account for its administrator to create; makes no AWS calls",
  )
    .addOption(
      new Option("--as <form>", "output format")
        .choices(["cli", "cloudformation", "terraform"])
        .default("cli"),
    )
    .option("--accounts <names...>", "only these accounts, by name or id")
    .addOption(
      new Option("--for <commands...>", "also grant the role what these commands need").choices([
        "adopt",
        "audit",
        "keys-delete",
        "keys-import",
        "keys-rotate",
      ]),
    )
    .action(async (options: BootstrapOptions) =>
      onExitCode(await lazy.bootstrap().bootstrapCommand(host, options)),
    );

  command(
    "setup",
    "find or download Terraform, the AWS provider and moto, and print where each was found",
  ).action(async () => onExitCode(await lazy.setup().reportParts()));

  program
    .command("sandbox")
    .description("run a rehearsal cloud on this machine until Ctrl-C; --help lists its options")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[options...]")
    .action(async (options: readonly string[]) => onExitCode(await lazy.sandbox().runSandbox(options)));

  withConfig(
    "furnish",
    "create in a rehearsal cloud the deploy roles, images and buckets that the topology requires",
  ).action(async ({ config }: ConfigOption) => {
    await lazy.furnish().runFurnish(config);
  });

  withConfig("demo", "deploy and run the topology from start to end on a temporary rehearsal cloud")
    .option("--keep", "keep the cloud and its files for inspection until Ctrl-C")
    .action(async ({ config, keep }: ConfigOption & { readonly keep?: boolean }) => {
      await lazy.demo().runDemo({ configuration: config, keep });
    });
}
