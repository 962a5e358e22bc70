import type { Command } from "commander";
import type {
  ExistingCommandOptions,
  JobCommandOptions,
  VerifyReplicasCommandOptions,
} from "./commands/replicate";
import type { ConfirmedOptions } from "./confirmed";
import type { Host } from "./host";
import { lazy } from "./lazy";
import type { CommonOptions } from "./session";

const RULE = "name of one bucket rule (default: all of them)";

/** `keyferry replicate ...`: what S3 replicates of the topology's buckets. */
export function addReplicateCommands(
  program: Command,
  host: Host,
  onExitCode: (exitCode: number) => void,
): void {
  const replicate = program
    .command("replicate")
    .description(
      "look at the replication of buckets, have existing objects replicated, forget deleted buckets",
    );

  const action = (name: string, description: string) =>
    replicate
      .command(name)
      .description(description)
      .argument("[rule]", RULE)
      .allowExcessArguments(false)
      .option("--config <file>", "where the topology is declared (default: keyferry.config.ts)")
      .option("--json", "results as JSON on stdout");

  action(
    "status",
    "what is replicated, pending and failed, why, and whose account must act; changes nothing",
  ).action(async (rule: string | undefined, options: CommonOptions) =>
    onExitCode(await lazy.replicate().replicationStatusCommand(host, rule, options)),
  );

  action(
    "re-encrypt",
    "have S3 put objects under SSE-S3 or another key under their bucket's key, for rules that ask for it; a job in progress is joined",
  )
    .option("--no-wait", "start the jobs and do not wait for them")
    .action(async (rule: string | undefined, options: JobCommandOptions) =>
      onExitCode(await lazy.replicate().reEncryptCommand(host, rule, options)),
    );

  action(
    "existing",
    "have S3 replicate objects that were there before the rules or have failed; a job in progress is joined",
  )
    .option("--failed", "only objects whose replication has failed")
    .option("--no-wait", "start the jobs and do not wait for them")
    .action(async (rule: string | undefined, options: ExistingCommandOptions) =>
      onExitCode(await lazy.replicate().replicateExistingCommand(host, rule, options)),
    );

  action(
    "verify",
    "compare every current object with its replica: size, tags, owner, key; changes nothing, goes on where it was interrupted",
  )
    .option("--report <file>", "a line for each problem: CSV, or JSON lines in FILE.jsonl")
    .option("--restart", "begin anew instead of going on where an earlier verification was interrupted")
    .action(async (rule: string | undefined, options: VerifyReplicasCommandOptions) =>
      onExitCode(await lazy.replicate().verifyReplicasCommand(host, rule, options)),
    );

  replicate
    .command("forget")
    .description("drop a retired bucket that was deleted from the lock file; nothing is deleted")
    .argument("<bucket>", "its name")
    .allowExcessArguments(false)
    .option("--config <file>", "where the topology is declared (default: keyferry.config.ts)")
    .option("--json", "results as JSON on stdout")
    .option("--yes", "do not ask")
    .action(async (bucket: string, options: ConfirmedOptions) =>
      onExitCode(await lazy.replicate().forgetBucketCommand(host, bucket, options)),
    );
}
