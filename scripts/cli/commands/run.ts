import { ConfigurationError } from "../../../core/errors";
import { run } from "../../api/run";
import { followingJobs } from "../../commands/rollout";
import { withManifest } from "../at-work";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { lazy } from "../lazy";
import { loadTopology } from "../load-config";
import { named, parted, type OnlyOption, type PublishOption } from "../name-options";
import type { CommonOptions } from "../session";

export interface RunOptions extends CommonOptions, OnlyOption, PublishOption {
  /** Path of the manifest, relative to the working directory. @default - manifest.json; in a rehearsal, below its directory */
  readonly manifest?: string;
  readonly repin?: boolean;
  /** Name of an image to roll back, instead of a run. */
  readonly rollback?: string;
  /** Only with `rollback`: names of accounts, and whether only to print what would be done. */
  readonly to?: readonly string[];
  readonly dryRun?: boolean;
  /** Afterwards, replaces the instances of groups that opted in. @default false */
  readonly rollout?: boolean;
  readonly maxCopies?: number;
  readonly pollMin?: number;
  readonly pollMax?: number;
  /** Seconds to wait for another run. */
  readonly wait?: number;
}

/** `keyferry run`: copies, shares, re-encrypts, publishes, withdraws; continues where an earlier run stopped. */
export async function runCommand(host: Host, given: RunOptions): Promise<number> {
  const code = await carry(host, given);
  const { rollout, dryRun, json, config, only } = given;
  if (rollout !== true || dryRun === true || code !== EXIT.done) return code;
  return lazy.rollout().rolloutCommand(host, {
    ...(json === undefined ? {} : { json }),
    ...(config === undefined ? {} : { config }),
    ...(only === undefined ? {} : { only }),
  });
}

async function carry(host: Host, given: RunOptions): Promise<number> {
  const options: RunOptions = {
    ...given,
    ...(given.to === undefined ? {} : { to: parted(given.to) }),
  };
  refuseContradictions(options);
  const { rollback } = options;
  if (rollback !== undefined) return lazy.rollback().rollbackCommand(host, { ...options, rollback });
  const topology = loadTopology(host, options.config);
  // Checked before anything is changed, not after the run.
  if (options.rollout === true) followingJobs(topology);
  const { repin = false, maxCopies, pollMin, pollMax, wait } = options;
  const chosen = {
    ...named(options),
    repin,
    ...(maxCopies === undefined ? {} : { maxCopies }),
    ...(pollMin === undefined ? {} : { pollMinSeconds: pollMin }),
    ...(pollMax === undefined ? {} : { pollMaxSeconds: pollMax }),
    ...(wait === undefined ? {} : { waitSeconds: wait }),
  };
  return withManifest(host, options, (common) => run(topology, { ...common, ...chosen }, host));
}

/** @throws ConfigurationError */
function refuseContradictions({ rollback, to, dryRun, publish, repin, only, wait }: RunOptions): void {
  const alone = {
    to: { path: "--to", fix: "name the rule to roll back: --rollback RULE" },
    dryRun: { path: "--dry-run", fix: "use keyferry plan to see what a run would do" },
  };
  const problems = [
    ...(rollback === undefined
      ? Object.entries({ to, dryRun })
          .filter(([, given]) => given !== undefined)
          .map(([name]) => ({
            ...alone[name as keyof typeof alone],
            what: "it needs --rollback",
          }))
      : []),
    ...(rollback !== undefined && (publish !== undefined || repin === true)
      ? [
          {
            path: "--rollback",
            what: "it cannot be combined with --publish or --repin",
            allowed: "one of them",
          },
        ]
      : []),
    ...(only !== undefined && rollback !== undefined
      ? [
          {
            path: "--only",
            what: "it cannot be combined with --rollback",
            fix: "name the accounts: --to ACCOUNT",
          },
        ]
      : []),
    ...(wait !== undefined && rollback !== undefined
      ? [
          {
            path: "--wait",
            what: "it cannot be combined with --rollback",
            fix: "repeat the rollback when the other run has ended",
          },
        ]
      : []),
    ...(only !== undefined && publish !== undefined
      ? [
          {
            path: "--only",
            what: "it cannot be combined with --publish",
            allowed: "--publish alone, which ends the rollback in all its accounts",
          },
        ]
      : []),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
}
