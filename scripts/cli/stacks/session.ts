import path from "node:path";
import { refuseWrongEndpoint, workspace, type Workspace } from "../../../core/workspace";
import { hostEnvironment } from "../../../setup/environment";
import { ProgramFailed } from "../../../setup/program";
import { synthesiseProject } from "../../../setup/synthesise";
import { terraformParts, type TerraformParts } from "../../../setup/terraform-variables";
import { keyPlaceId, rememberedBucketId, type Topology } from "../../../topology";
import { terraformIdentities } from "../../report/stacks/identities";
import { whereText } from "../../report/where-text";
import { Log } from "../../terraform/log";
import { readStacks, type Stack } from "../../terraform/synthesised";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { configPath, loadTopology } from "../load-config";
import type { CommonOptions } from "../session";
import { settleDoubts } from "./doubts";
import { interruptible } from "./interrupts";
import { lockMemory, type LockMemory } from "./lock-memory";

/** Options of every command that works on stacks. */
export interface StackOptions extends CommonOptions {
  /** Shows all of Terraform's output. */
  readonly verbose?: boolean;
  /** Moves the state of a stack whose backend has changed. */
  readonly migrateState?: boolean;
}

/** Commands that read Terraform's state to find out what an earlier deployment created. */
const READS_STATE: readonly string[] = ["deploy", "diff"];

/** The state in which a command on stacks starts: everything is synthesised. */
export interface StackSession {
  readonly topology: Topology;
  readonly workspace: Workspace;
  readonly parts: TerraformParts;
  /** All synthesised stacks. */
  readonly stacks: readonly Stack[];
  readonly log: Log;
  readonly memory: LockMemory;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Prints where the command works, finds Terraform, synthesises the project with the topology that the user named, and runs `work`
 * on the stacks.
 * @returns the exit code: that of `work`, or the app's if synthesis failed, in which case the app has printed why
 * @throws ConfigurationError before anything is written
 */
export async function withStacks(
  host: Host,
  command: string,
  options: StackOptions,
  work: (session: StackSession) => Promise<number>,
): Promise<number> {
  const { signal, stop } = interruptible(host);
  try {
    const session = await open(host, command, options, signal);
    return await work(session);
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    if (error instanceof ProgramFailed && error.exitCode !== undefined) return error.exitCode;
    throw error;
  } finally {
    stop();
  }
}

async function open(
  host: Host,
  command: string,
  options: StackOptions,
  signal: AbortSignal,
): Promise<StackSession> {
  const topology = loadTopology(host, options.config);
  refuseWrongEndpoint(host.env);
  const place = workspace(host.env, host.cwd);
  const config = configPath(host, options.config);
  host.err(whereText(place, terraformIdentities(topology, host.env), topology.name, config.named));
  const environment = {
    ...hostEnvironment(),
    cwd: host.cwd,
    env: { ...host.env, KEYFERRY_CONFIG: config.absolute },
  };
  const parts = await terraformParts(environment);
  const say = (text: string) => host.err(text.trimEnd());
  // Synthesis does not write the lock file, because the user may only look at the plan or refuse it; a deployment writes it itself.
  const env = { ...parts.env, KEYFERRY_LOCK: "read-only" };
  const write = host.synthesise ?? synthesiseProject;
  const synthesise = (more: Readonly<Record<string, string>> = {}) =>
    write(environment, place.synthDir, { env: { ...env, ...more }, signal, onOutput: say });
  await synthesise();
  const log = Log.begin(path.join(place.dir, "logs"), command, host.clock.now(), (text) => {
    if (options.verbose === true) host.err(text);
  });
  const memory = lockMemory(host, options, topology);
  const session = { topology, workspace: place, parts, log, memory, signal };
  const stacks = readStacks(place.synthDir);
  if (!READS_STATE.includes(command)) return { ...session, stacks };
  const neverMade = await settleDoubts(host, command, options, { ...session, stacks });
  const left = [...neverMade.keys.map(keyPlaceId), ...neverMade.buckets.map(rememberedBucketId)];
  if (left.length === 0) return { ...session, stacks };
  await synthesise({ KEYFERRY_NEVER_MADE: left.join() });
  return { ...session, stacks: readStacks(place.synthDir) };
}
