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

/** The command line. Commands are loaded only when they are called, so that `--help` starts quickly. */
export function buildProgram(host: Host, onExitCode: (exitCode: number) => void): Command {
  const program = new Command("keyferry")
    .description(
      "Copies encrypted AMIs, EBS snapshots and RDS snapshots across AWS accounts and Regions, sets up S3 replication between them, and leaves every copy encrypted under a key of its destination account.",
    )
    .version(packageVersion())
    .showHelpAfterError("(keyferry --help lists all commands)")
    .configureOutput({
      writeOut: (text) => host.out(text.trimEnd()),
      writeErr: (text) => host.err(text.trimEnd()),
    })
    .exitOverride();

  program.commandsGroup("Project and rehearsal cloud:");
  addProjectCommands(program, host, onExitCode);
  program.commandsGroup("Keys, roles, buckets and groups (with Terraform):");
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
      .option("--config <file>", "file that declares the topology (default: keyferry.config.ts)")
      .option("--json", "print results as JSON on stdout, events as JSON lines on stderr")
      .action(async (options: O) => onExitCode(await load()(host, options)));

  command(
    "state-bucket",
    "create the bucket for Terraform's state, if the topology declares one",
    () => lazy.stateBucketCommand().stateBucketCommand,
  ).helpGroup("Keys, roles, buckets and groups (with Terraform):");

  command<PlanCommandOptions>(
    "plan",
    "print what run would do and why, how long it would take and what it would cost; changes nothing",
    () => lazy.plan().planCommand,
  )
    .option("--prices <file>", "price table for the cost estimate (default: the topology's)")
    .option(
      "--snapshot-speed <MiB/s>",
      "assumed speed of copying one snapshot (default: 500, AWS's figure for time-based copies)",
      positiveNumber,
    )
    .option(
      "--pair-speed <MiB/s>",
      "assumed total speed of an account's copies between two Regions (default: 2000, also AWS's figure)",
      positiveNumber,
    )
    .option(
      "--routes",
      "instead: print which routes are open to each source, what each route requires, and why others are closed",
    )
    .option(
      "--write",
      "instead: choose routes for destinations whose route is auto, and write the choice to keyferry.lock.json",
    )
    .addOption(maxCopies())
    .addOption(only())
    .addOption(publishAgain())
    .addOption(repin());

  command<RunOptions>(
    "run",
    "copy, share and publish what the topology declares; continues where an earlier run stopped",
    () => lazy.run().runCommand,
  )
    .option("--manifest <file>", `file for the result (default: ${resultDefault("manifest.json")})`)
    .option(
      "--rollback <rule>",
      "instead: point the rule's published parameters back at the previous verified copy, and do not publish the newer one",
    )
    .option("--to <accounts...>", "with --rollback: only in these accounts")
    .option("--dry-run", "with --rollback: only print what would be done")
    .option("--rollout", "afterwards replace the instances of groups that opted in, as keyferry rollout does")
    .addOption(publishAgain())
    .addOption(maxCopies())
    .addOption(only())
    .option("--poll-min <seconds>", "shortest pause between two checks of the copies", positiveNumber)
    .option("--poll-max <seconds>", "longest pause between two checks of the copies", positiveNumber)
    .option(
      "--wait <seconds>",
      "wait up to this long if another run is working on rules of the same source account and Region (default: do not wait, fail)",
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
    "list who has used the keys of copies, and for which copy, including uses that belong to no copy; changes nothing",
    () => lazy.audit().auditCommand,
  )
    .option("--since <time>", "start of the period, at most 90 days ago (default: 7 days ago)", time)
    .option("--until <time>", "end of the period (default: now)", time);

  command<ReportOptions>(
    "report",
    "write an HTML page that shows the topology, the last run, every copy and every permission",
    () => lazy.report().reportCommand,
  )
    .option("--out <file>", `file for the page (default: ${resultDefault("report.html")})`)
    .option("--offline", "make no AWS calls; show what this directory's journal contains")
    .option("--audit", "also show who has used the keys of copies, as keyferry audit does")
    .option("--since <time>", "with --audit: start of the period (default: 7 days ago)", time);

  command<CleanOptions>(
    "clean",
    "list what runs left behind, and why; changes nothing without --apply",
    () => lazy.clean().cleanCommand,
  ).option("--apply", "remove what is listed, but nothing that is in use or that Keyferry did not create");

  command<AdoptOptions>(
    "adopt",
    "take over images that were copied manually, so that runs do not copy them again",
    () => lazy.adopt().adoptCommand,
  )
    .option("--dry-run", "only print which images could be taken over")
    .option("--yes", "do not ask for confirmation");

  command<UnlockOptions>(
    "unlock",
    "show which run holds the lease, and break the lease if that run has died and cannot release it",
    () => lazy.unlock().unlockCommand,
  ).option("--yes", "do not ask for confirmation");

  program.commandsGroup("Checks and explanations:");
  command<DoctorOptions>(
    "doctor",
    "find problems before they cause failures, on AWS or offline in files; changes nothing",
    () => lazy.doctor().doctorCommand,
  )
    .option("--offline", "prove the permissions in the synthesised stacks, without credentials")
    .option("--synth <dir>", "directory of the synthesised stacks (default: where synthesis writes them)")
    .option(
      "--policy <file>",
      "find mistakes in a policy, a Terraform plan or a CloudFormation template; - reads standard input",
    )
    .addOption(
      new Option(
        "--kind <kind>",
        "what the policy belongs to (default: detected from its statements)",
      ).choices(["key", "identity", "trust", "bucket"]),
    );

  program
    .command("explain")
    .description("explain an AWS error that any program printed, and who must fix it; makes no AWS calls")
    .argument("[words...]", "the error text; without it, standard input is read")
    .option("--account <id>", "account that was called, if the text does not name it", accountId)
    .option("--region <name>", "Region that was called, if the text does not name it")
    .option("--source-account <id>", "account that owns the image or snapshot", accountId)
    .option("--config <file>", "accepted as in every command, but not used")
    .option("--json", "print results as JSON on stdout")
    .action(async (words: readonly string[], options: ExplainOptions) =>
      onExitCode(await lazy.explain().explainCommand(host, words, options)),
    );

  program
    .command("review")
    .description(
      "compare two syntheses: who gains or loses which permission, and what happens to keys, buckets and copies; makes no AWS calls",
    )
    .argument(
      "[base]",
      "the synthesis before the change: a directory, or a Git ref, which is then synthesised",
    )
    .argument(
      "[head]",
      "the synthesis after the change (default: where synthesis writes; if BASE is a ref, the project's working tree)",
    )
    .option(
      "--settings <file>",
      "file with severities and exceptions (default: keyferry.review.json, if it exists)",
    )
    .option(
      "--plan <files...>",
      "instead: review plans as terraform show -json prints them, one for each stack",
    )
    .option(
      "--copies-base <file>",
      "output of plan --json for the base's topology, to compare data and cost of copy jobs",
    )
    .option("--copies-head <file>", "the same for the head; both options are needed")
    .option("--from <file>", "instead: show a review that was written with --json")
    .addOption(
      new Option("--format <format>", "output format (default: text)").choices([
        "text",
        "markdown",
        "json",
        "sarif",
        "github",
      ]),
    )
    .option(
      "--comment",
      "in a GitHub Actions job: post the review as a comment on the pull request, or update that comment (token: GITHUB_TOKEN)",
    )
    .option(
      "--config <file>",
      "file that declares the topology; each ref has its own (default: keyferry.config.ts)",
    )
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
  return `${name}, or .rehearsal/${name} in a rehearsal`;
}

function repin(): Option {
  return new Option("--repin", "discard the source that an unfinished run has pinned, and use the newest");
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
    "maximum number of copies in progress per account and Region (default: the quota that Service Quotas reports)";
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
