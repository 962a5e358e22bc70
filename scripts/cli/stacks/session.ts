import path from "node:path";
import { refuseWrongEndpoint, workspace, type Workspace } from "../../../core/workspace";
import { hostEnvironment } from "../../../setup/environment";
import { ProgramFailed } from "../../../setup/program";
import { synthesiseProject } from "../../../setup/synthesise";
import { terraformParts, type TerraformParts } from "../../../setup/terraform-variables";
import type { Topology } from "../../../topology";
import { terraformIdentities } from "../../report/stacks/identities";
import { whereText } from "../../report/where-text";
import { Log } from "../../terraform/log";
import { readStacks, type Stack } from "../../terraform/synthesised";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { configPath, loadTopology } from "../load-config";
import type { CommonOptions } from "../session";
import { interruptible } from "./interrupts";

/** Options of every command that works on stacks. */
export interface StackOptions extends CommonOptions {
  /** Shows everything that Terraform says. */
  readonly verbose?: boolean;
}

/** Commands that only look: what they declare is not deployed, so the lock file does not remember it. */
const LOOKS: readonly string[] = ["diff", "synth"];

/** What a command on stacks starts from: everything is synthesised. */
export interface StackSession {
  readonly topology: Topology;
  readonly workspace: Workspace;
  readonly parts: TerraformParts;
  /** All of the synthesis. */
  readonly stacks: readonly Stack[];
  readonly log: Log;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Says where it is, finds Terraform, synthesises the project with the topology that the user has named, and goes on with the
 * stacks.
 * @returns the exit code: that of `work`, or the app's where synthesis failed, which has said why
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
  const env = LOOKS.includes(command) ? { ...parts.env, KEYFERRY_LOCK: "read-only" } : parts.env;
  await synthesiseProject(environment, place.synthDir, { env, signal, onOutput: say });
  const log = Log.begin(path.join(place.dir, "logs"), command, host.clock.now(), (text) => {
    if (options.verbose === true) host.err(text);
  });
  return { topology, workspace: place, parts, stacks: readStacks(place.synthDir), log, signal };
}
