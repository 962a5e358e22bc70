import { randomUUID } from "node:crypto";
import { refuseWrongEndpoint, workspace } from "../../core/workspace";
import type { Topology } from "../../topology";
import type { AwsAccess, DeployerAccess } from "../aws";
import { journalFile } from "../engine/journal";
import { AWS_SETTINGS, REHEARSAL_SETTINGS, type Settings } from "../engine/settings";
import type { Host } from "./host";
import { loadTopology } from "./load-config";
import { tellWhereabouts, type TellOptions } from "./whereabouts";

/** Options that every command takes. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** What every command starts from. */
export interface Session {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly deployer: DeployerAccess;
  readonly run: string;
  readonly journal: string;
  /** Before the user's own. */
  readonly settings: Settings;
}

/**
 * Loads the topology and says on standard error where the command works.
 * @throws ConfigurationError before anything is called or written
 */
export async function openSession(host: Host, options: CommonOptions & TellOptions): Promise<Session> {
  const topology = loadTopology(host, options.config);
  refuseWrongEndpoint(host.env);
  await tellWhereabouts(host, topology, options);
  const run = randomUUID().slice(0, 8);
  const { kind, journalDir } = workspace(host.env, host.cwd);
  return {
    topology,
    aws: host.connect(topology, `keyferry-${run}`),
    deployer: host.connectAsDeployer(topology, `keyferry-${run}`),
    run,
    journal: journalFile(journalDir, topology.name),
    settings: kind === "rehearsal" ? REHEARSAL_SETTINGS : AWS_SETTINGS,
  };
}
