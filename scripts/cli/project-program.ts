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

/** The commands that come before AWS, or do without it: a new project, the parts that it needs, and the rehearsal cloud. */
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
      "where the topology is declared (default: keyferry.config.ts)",
    );

  command("init", "write the files of a new project; changes no file that is there")
    .argument("[directory]", "where", ".")
    .option("--name <name>", "of the topology (default: that of the directory)")
    .option("--from <account=id>", "the account that images are built in (default: builder=111111111111)")
    .option("--from-region <region>", "where they are built (default: eu-west-1)")
    .option("--to <account=id>", "the account that they are carried into (default: prod=222222222222)")
    .option("--to-region <region>", "where they are carried (default: eu-central-1)")
    .option(
      "--workflow",
      "write workflows for GitHub Actions as well: deployments, and reviews of pull requests",
    )
    .addOption(
      new Option("--framework <name>", "CDK for Terraform, or CDK Terrain with version 6 of the AWS provider")
        .choices(FRAMEWORKS)
        .default("cdktf"),
    )
    .option("--yes", "do not ask for what is not given")
    .action(async (directory: string, options: InitOptions) =>
      onExitCode(await lazy.init().initCommand(host, directory, options)),
    );

  command(
    "import",
    "print a topology of the image copies and keys that stand in some accounts, and what does not fit; changes nothing",
  )
    .requiredOption("--accounts <name=id...>", "the accounts, by the names that the topology gives them")
    .requiredOption("--regions <regions...>", "the Regions that are looked at in each")
    .option("--name <name>", "of the topology", "imported")
    .option("--role <name>", "the role that is assumed in each account to look", "keyferry-deploy")
    .option("--no-role", "look with the credentials at hand, in the account that they are of")
    .option("--terraform", "print Terraform's import blocks of the keys instead of the topology")
    .option("--json", "everything as JSON on stdout")
    .action(async (options: ImportStandingOptions) =>
      onExitCode(await lazy.importStanding().importStandingCommand(host, options)),
    );

  withConfig("bootstrap", "print the deploy role of each account, for its administrator; makes no AWS calls")
    .addOption(
      new Option("--as <form>", "what is printed")
        .choices(["cli", "cloudformation", "terraform"])
        .default("cli"),
    )
    .option("--accounts <names...>", "only those of these accounts, by names or ids")
    .addOption(
      new Option("--for <commands...>", "let these commands work as the role as well").choices([
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

  command("setup", "find or fetch Terraform, the AWS provider and moto, and say from where").action(
    async () => onExitCode(await lazy.setup().reportParts()),
  );

  program
    .command("sandbox")
    .description("start a rehearsal cloud on this machine, until Ctrl-C; --help has its options")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[options...]")
    .action(async (options: readonly string[]) => onExitCode(await lazy.sandbox().runSandbox(options)));

  withConfig(
    "furnish",
    "give a rehearsal cloud the deploy roles, images and buckets that the topology starts from",
  ).action(async ({ config }: ConfigOption) => {
    await lazy.furnish().runFurnish(config);
  });

  withConfig("demo", "run the whole job of the topology on a rehearsal cloud of its own")
    .option("--keep", "leave the cloud and its files to look around, until Ctrl-C")
    .action(async ({ config, keep }: ConfigOption & { readonly keep?: boolean }) => {
      await lazy.demo().runDemo({ configuration: config, keep });
    });
}
