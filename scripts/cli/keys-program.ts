import { InvalidArgumentError, type Command } from "commander";
import type { RekeyOptions } from "./commands/rekey";
import type { DeleteOptions, ImportOptions } from "./commands/keys";
import type { ConfirmedOptions } from "./confirmed";
import type { Host } from "./host";
import { lazy } from "./lazy";
import type { CommonOptions } from "./session";
import { time } from "./time-argument";

const KEY =
  "as keyferry keys list shows it: ACCOUNT/REGION/home, ACCOUNT/REGION/transit or ACCOUNT/REGION/NAME";

/** `keyferry keys ...`: the life cycle of the foundation's keys. */
export function addKeysCommands(program: Command, host: Host, onExitCode: (exitCode: number) => void): void {
  const keys = program
    .command("keys")
    .description(
      "list the topology's keys; rotate, rekey, disable, delete or adopt them; import key material",
    );

  const action = (name: string, description: string) =>
    keys
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .option("--config <file>", "file that declares the topology (default: keyferry.config.ts)")
      .option("--json", "print results as JSON on stdout");

  action(
    "list",
    "list every key (active, retired, disabled or deleted) and what is encrypted with it; changes nothing",
  ).action(async (options: CommonOptions) => onExitCode(await lazy.keys().listCommand(host, options)));

  action(
    "status",
    "show one key: its generation, key material, rotation and past rotations, the accounts it is shared with, and its grants; changes nothing",
  )
    .argument("<key>", KEY)
    .action(async (key: string, options: CommonOptions) =>
      onExitCode(await lazy.keys().statusCommand(host, key, options)),
    );

  action("rotate", "have KMS rotate a key now, at most 25 times for each key; does not re-encrypt anything")
    .argument("<key>", KEY)
    .option("--yes", "do not ask for confirmation")
    .action(async (key: string, options: ConfirmedOptions) =>
      onExitCode(await lazy.keys().rotateCommand(host, key, options)),
    );

  action(
    "rekey",
    "copy images and snapshots from a key's earlier generations to the current one, and list what other teams must move themselves",
  )
    .argument("<key>", "ACCOUNT/REGION/NAME, or ACCOUNT/NAME for every Region of the key")
    .option("--dry-run", "only count what would be copied")
    .option("--remove-replaced", "remove images and snapshots that have been replaced and that nothing uses")
    .option("--yes", "do not ask for confirmation")
    .action(async (key: string, options: RekeyOptions) =>
      onExitCode(await lazy.rekey().rekeyCommand(host, key, options)),
    );

  action("disable", "have the next deploy disable a retired key that nothing uses")
    .argument("<key>", KEY)
    .action(async (key: string, options: CommonOptions) =>
      onExitCode(await lazy.keys().disableCommand(host, key, options)),
    );

  action("enable", "have the next deploy enable a disabled key")
    .argument("<key>", KEY)
    .action(async (key: string, options: CommonOptions) =>
      onExitCode(await lazy.keys().enableCommand(host, key, options)),
    );

  action("delete", "schedule the deletion of a retired key, after proving that nothing uses it")
    .argument("<key>", KEY)
    .option(
      "--window-days <n>",
      "waiting period during which the deletion can be cancelled, 7 to 30 days",
      windowDays,
      30,
    )
    .option("--without-proof-of <kinds...>", "skip the checks for these kinds of use, at your own risk")
    .option("--yes", "do not ask for confirmation")
    .action(async (key: string, options: DeleteOptions) =>
      onExitCode(await lazy.keys().deleteCommand(host, key, options)),
    );

  action("cancel-deletion", "keep a key that is pending deletion")
    .argument("<key>", KEY)
    .option("--enable", "enable it immediately; otherwise the next deploy does")
    .action(async (key: string, options: CommonOptions & { readonly enable?: boolean }) =>
      onExitCode(await lazy.keys().cancelDeletionCommand(host, key, options)),
    );

  action(
    "adopt",
    "find keys by their aliases in AWS, and add those that are missing from the lock file",
  ).action(async (options: CommonOptions) => onExitCode(await lazy.keys().adoptCommand(host, options)));

  action("import", "import key material into a key whose origin is EXTERNAL, and into its replicas")
    .argument("<key>", "ACCOUNT/REGION/NAME as keyferry keys list shows it, or the key's ARN")
    .option("--material <file>", "file with the 32 bytes of the material; - reads standard input")
    .option(
      "--generate <file>",
      "generate new material and write it to a file that does not exist yet; keep that file safe",
    )
    .option(
      "--expires <time>",
      "when KMS deletes the material, at most 365 days ahead (default: never)",
      time,
    )
    .option("--for-rotation", "import new material that keyferry keys rotate will then put into use")
    .action(async (key: string, options: ImportOptions) =>
      onExitCode(await lazy.keys().importCommand(host, key, options)),
    );

  action(
    "forget",
    "remove from the lock file a key that no longer exists in AWS, or an account that left the topology and whose role no longer exists",
  )
    .argument("<what>", `an account's name or 12-digit id, or a key ${KEY}`)
    .option("--yes", "do not ask for confirmation")
    .action(async (what: string, options: ConfirmedOptions) =>
      onExitCode(await lazy.keys().forgetCommand(host, what, options)),
    );
}

/** Source: KMS API reference, ScheduleKeyDeletion. */
function windowDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 7 || days > 30)
    throw new InvalidArgumentError("It must be a whole number from 7 to 30.");
  return days;
}
