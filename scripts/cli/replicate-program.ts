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

/** `keyferry replicate ...`: the S3 replication of the topology's buckets. */
export function addReplicateCommands(
  program: Command,
  host: Host,
  onExitCode: (exitCode: number) => void,
): void {
  const replicate = program
    .command("replicate")
    .description(
      "show and verify the replication of buckets, replicate existing objects, forget deleted buckets",
    );

  const action = (name: string, description: string) =>
    replicate
      .command(name)
      .description(description)
      .argument("[rule]", RULE)
      .allowExcessArguments(false)
      .option("--config <file>", "file that declares the topology (default: keyferry.config.ts)")
      .option("--json", "print results as JSON on stdout");

  action(
    "status",
    "show what is replicated, pending and failed, why, and which account must act; changes nothing",
  ).action(async (rule: string | undefined, options: CommonOptions) =>
    onExitCode(await lazy.replicate().replicationStatusCommand(host, rule, options)),
  );

  action(
    "re-encrypt",
    "have S3 re-encrypt objects that use SSE-S3 or another key with their bucket's key, for rules that request it; joins a job in progress",
  )
    .option("--no-wait", "start the jobs and do not wait for them")
    .action(async (rule: string | undefined, options: JobCommandOptions) =>
      onExitCode(await lazy.replicate().reEncryptCommand(host, rule, options)),
    );

  action(
    "existing",
    "have S3 replicate objects that are older than the rules or whose replication failed; joins a job in progress",
  )
    .option("--failed", "only objects whose replication has failed")
    .option("--no-wait", "start the jobs and do not wait for them")
    .action(async (rule: string | undefined, options: ExistingCommandOptions) =>
      onExitCode(await lazy.replicate().replicateExistingCommand(host, rule, options)),
    );

  action(
    "verify",
    "compare every current object with its replica: size, tags, owner, key; changes nothing, continues where it was interrupted",
  )
    .option("--report <file>", "write one line for each problem: CSV, or JSON lines if FILE ends in .jsonl")
    .option("--restart", "start again instead of continuing an interrupted verification")
    .action(async (rule: string | undefined, options: VerifyReplicasCommandOptions) =>
      onExitCode(await lazy.replicate().verifyReplicasCommand(host, rule, options)),
    );

  replicate
    .command("forget")
    .description("remove a retired bucket that no longer exists from the lock file; deletes nothing in AWS")
    .argument("<bucket>", "name of the bucket")
    .allowExcessArguments(false)
    .option("--config <file>", "file that declares the topology (default: keyferry.config.ts)")
    .option("--json", "print results as JSON on stdout")
    .option("--yes", "do not ask for confirmation")
    .action(async (bucket: string, options: ConfirmedOptions) =>
      onExitCode(await lazy.replicate().forgetBucketCommand(host, bucket, options)),
    );
}
