import { Command, InvalidArgumentError, Option } from "commander";
import type { AuditCommandOptions } from "./commands/audit";
import type { AdoptOptions } from "./commands/adopt";
import type { CleanOptions } from "./commands/clean";
import type { DoctorOptions } from "./commands/doctor";
import type { ExplainOptions } from "./commands/explain";
import type { ReportOptions } from "./commands/report";
import type { PlanCommandOptions } from "./commands/plan";
import type { ReviewOptions } from "./commands/review";
import type { RolloutOptions } from "./commands/rollout";
import type { RunOptions } from "./commands/run";
import type { Host } from "./host";
import { addKeysCommands } from "./keys-program";
import { packageVersion } from "./package-version";
import { addProjectCommands } from "./project-program";
import { addReplicateCommands } from "./replicate-program";
import { lazy } from "./lazy";
import type { OnlyOption } from "./name-options";
import { time } from "./time-argument";
import { addStackCommands } from "./stacks/program";
import type { UnlockOptions } from "./commands/unlock";
import type { CommonOptions } from "./session";

/** The command line. Commands are loaded when they are called, so that `--help` answers at once. */
export function buildProgram(host: Host, onExitCode: (exitCode: number) => void): Command {
  const program = new Command("keyferry")
    .description(
      "Copies encrypted AMIs and EBS snapshots across AWS accounts and Regions, and leaves every copy under a key of its new home.",
    )
    .version(packageVersion())
    .showHelpAfterError("(keyferry --help shows what there is)")
    .configureOutput({
      writeOut: (text) => host.out(text.trimEnd()),
      writeErr: (text) => host.err(text.trimEnd()),
    })
    .exitOverride();

  program.commandsGroup("A project, and the rehearsal cloud:");
  addProjectCommands(program, host, onExitCode);
  program.commandsGroup("Keys, roles, buckets and groups, by Terraform:");
  addStackCommands(program, host, onExitCode, positiveInteger);

  program.commandsGroup("Copies:");
  const command = <O extends CommonOptions>(
    name: string,
    description: string,
    load: () => (host: Host, options: O) => Promise<number>,
  ) =>
    program
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .option("--config <file>", "where the topology is declared (default: keyferry.config.ts)")
      .option("--json", "results as JSON on stdout, events as JSON lines on stderr")
      .action(async (options: O) => onExitCode(await load()(host, options)));

  command(
    "state-bucket",
    "make the bucket for Terraform's state where the topology asks for one",
    () => lazy.stateBucketCommand().stateBucketCommand,
  ).helpGroup("Keys, roles, buckets and groups, by Terraform:");

  command<PlanCommandOptions>(
    "plan",
    "print what run would do, and why, how long it takes and what it costs; changes nothing",
    () => lazy.plan().planCommand,
  )
    .option("--prices <file>", "the price table for the cost estimate (default: that of the topology)")
    .option(
      "--snapshot-speed <MiB/s>",
      "how fast one snapshot is copied (default: 500, AWS's number for time-based copies)",
      positiveNumber,
    )
    .option(
      "--pair-speed <MiB/s>",
      "how fast an account copies between two Regions (default: 2000, likewise)",
      positiveNumber,
    )
    .option(
      "--routes",
      "instead: which routes are open to the sources, what each asks for, and why others are closed",
    )
    .option(
      "--write",
      "instead: choose for destinations with the route auto, and write that into keyferry.lock.json",
    )
    .addOption(maxCopies())
    .addOption(only())
    .addOption(publishAgain())
    .addOption(repin());

  command<RunOptions>(
    "run",
    "carry what the topology declares; continues where an earlier run stopped",
    () => lazy.run().runCommand,
  )
    .option("--manifest <file>", `where the result is written (default: ${resultDefault("manifest.json")})`)
    .option(
      "--rollback <rule>",
      "instead: point its published parameter back at the previous proved copy, and hold the newer one back",
    )
    .option("--to <accounts...>", "with --rollback: only in these accounts")
    .option("--dry-run", "with --rollback: only say what would be done")
    .option("--rollout", "then replace the instances of groups that opted in, as keyferry rollout does")
    .addOption(publishAgain())
    .addOption(maxCopies())
    .addOption(only())
    .option("--poll-min <seconds>", "shortest pause between two checks of the copies", positiveNumber)
    .option("--poll-max <seconds>", "longest pause between two checks of the copies", positiveNumber)
    .option(
      "--wait <seconds>",
      "wait so long where another run works on rules of the same source account and Region (default: refuse at once)",
      positiveNumber,
    )
    .addOption(repin());

  command<RolloutOptions>(
    "rollout",
    "replace the instances of groups that opted in (launch.refresh) with instances of the published image",
    () => lazy.rollout().rolloutCommand,
  )
    .addOption(only())
    .option("--no-wait", "start the replacements and do not wait for them")
    .option("--restart", "cancel a replacement that was started for an earlier image, and start a new one")
    .option("--cancel", "instead: cancel the replacements in progress; instances already replaced stay");

  command<CommonOptions & OnlyOption>(
    "status",
    "print what is running, what is up to date and what is pending; changes nothing",
    () => lazy.status().statusCommand,
  ).addOption(only());

  command<CommonOptions & OnlyOption>(
    "verify",
    "verify every copy on AWS; changes nothing",
    () => lazy.verify().verifyCommand,
  ).addOption(only());

  command<AuditCommandOptions>(
    "audit",
    "tell who has used the keys of copies, for which copy, and who has for none; changes nothing",
    () => lazy.audit().auditCommand,
  )
    .option("--since <time>", "from when on, at most 90 days back (default: 7 days ago)", time)
    .option("--until <time>", "until when (default: now)", time);

  command<ReportOptions>(
    "report",
    "write one page that shows the topology, the last run, every copy and every permission",
    () => lazy.report().reportCommand,
  )
    .option("--out <file>", `where the page is written (default: ${resultDefault("report.html")})`)
    .option("--offline", "do not ask AWS; show what this directory's journal knows")
    .option("--audit", "show who has used the keys of copies as well, as keyferry audit tells it")
    .option("--since <time>", "with --audit: from when on (default: 7 days ago)", time);

  command<CleanOptions>(
    "clean",
    "list what runs left behind, and why; changes nothing without --apply",
    () => lazy.clean().cleanCommand,
  ).option("--apply", "remove what is listed; never what is in use, or not ours");

  command<AdoptOptions>(
    "adopt",
    "take over images that were copied by hand, so that runs do not copy them again",
    () => lazy.adopt().adoptCommand,
  )
    .option("--dry-run", "only look, and say which")
    .option("--yes", "do not ask");

  command<UnlockOptions>(
    "unlock",
    "show which run holds the lease, and break it when that run is dead and cannot release it",
    () => lazy.unlock().unlockCommand,
  ).option("--yes", "break it without asking");

  program.commandsGroup("What would go wrong, and what did:");
  command<DoctorOptions>(
    "doctor",
    "find what would go wrong: on AWS, or offline in files; changes nothing",
    () => lazy.doctor().doctorCommand,
  )
    .option("--offline", "prove the permissions in the synthesised stacks, without credentials")
    .option("--synth <dir>", "where the synthesised stacks are (default: where synthesis writes)")
    .option(
      "--policy <file>",
      "find mistakes in a policy, a Terraform plan or a CloudFormation template; - reads standard input",
    )
    .addOption(
      new Option("--kind <kind>", "what the policy belongs to (default: told by its statements)").choices([
        "key",
        "identity",
        "trust",
        "bucket",
      ]),
    );

  program
    .command("explain")
    .description(
      "explain an error from AWS, whichever program printed it, and who must fix it; makes no AWS calls",
    )
    .argument("[words...]", "the error text; without it, standard input is read")
    .option("--account <id>", "that was called, if the text does not say so", accountId)
    .option("--region <name>", "that was called, if the text does not say so")
    .option("--source-account <id>", "from which the image or snapshot comes", accountId)
    .option("--config <file>", "accepted as by every command; words mean the same in every topology")
    .option("--json", "results as JSON on stdout")
    .action(async (words: readonly string[], options: ExplainOptions) =>
      onExitCode(await lazy.explain().explainCommand(host, words, options)),
    );

  program
    .command("review")
    .description(
      "tell who gains and who loses which right between two syntheses, and what happens to keys, buckets and copies; makes no AWS calls",
    )
    .argument("[base]", "directory of the synthesis before, or a Git ref, which is synthesised")
    .argument(
      "[head]",
      "the same after (default: where synthesis writes; beside a ref, the project as it is here)",
    )
    .option(
      "--settings <file>",
      "severities and exceptions (default: keyferry.review.json, where there is one)",
    )
    .option("--plan <files...>", "instead: plans as terraform show -json prints them, one a stack")
    .option(
      "--copies-base <file>",
      "what plan --json has written for the topology of the base: tells data and cost of copy jobs",
    )
    .option("--copies-head <file>", "the same for the head; both are needed")
    .option("--from <file>", "instead: show a review that --json has written")
    .addOption(
      new Option("--format <format>", "how it is written (default: text)").choices([
        "text",
        "markdown",
        "json",
        "sarif",
        "github",
      ]),
    )
    .option(
      "--comment",
      "in a job of GitHub Actions: post it as one comment at the pull request, or bring that up to date (token: GITHUB_TOKEN)",
    )
    .option("--config <file>", "the topology's file, of which each ref has its own (keyferry.config.ts)")
    .option("--json", "the same as --format json")
    .action(async (base: string | undefined, head: string | undefined, options: ReviewOptions) =>
      onExitCode(await lazy.review().reviewCommand(host, base, head, options)),
    );

  program.commandsGroup("Keys and buckets:");
  addKeysCommands(program, host, onExitCode);
  addReplicateCommands(program, host, onExitCode);

  return program;
}

function only(): Option {
  const what =
    "only these rules, accounts (names or ids) and Regions; several of one kind are alternatives, different kinds must all match";
  return new Option("--only <names...>", what);
}

function resultDefault(name: string): string {
  return `${name}; of a rehearsal, .rehearsal/${name}`;
}

function repin(): Option {
  return new Option("--repin", "drop the source that an unfinished run has pinned, and use the newest");
}

function publishAgain(): Option {
  const what = "end the rollback of these rules: publish their newest copies again";
  return new Option("--publish <rules...>", what);
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError("It must be an account id of 12 digits.");
  return text;
}

function maxCopies(): Option {
  const what =
    "copies in progress per account and Region (default: the quota that Service Quotas tells of each)";
  return new Option("--max-copies <n>", what).argParser(positiveInteger);
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}

function positiveInteger(text: string): number {
  const value = positiveNumber(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}
