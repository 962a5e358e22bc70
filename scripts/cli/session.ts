import { randomUUID } from "node:crypto";
import { refuseWrongEndpoint, workspace } from "../../core/workspace";
import type { Topology } from "../../topology";
import type { AwsAccess } from "../aws";
import { journalFile } from "../engine/journal";
import { AWS_SETTINGS, REHEARSAL_SETTINGS, type Settings } from "../engine/settings";
import type { Host } from "./host";
import { loadTopology } from "./load-config";

/** Options that every command takes. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** What every command starts from. */
export interface Session {
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly run: string;
  readonly journal: string;
  /** Before the user's own. */
  readonly settings: Settings;
}

/** @throws ConfigurationError before anything is called or written */
export function openSession(host: Host, options: CommonOptions): Session {
  const topology = loadTopology(host, options.config);
  refuseWrongEndpoint(host.env);
  const run = randomUUID().slice(0, 8);
  const { kind, journalDir } = workspace(host.env, host.cwd);
  return {
    topology,
    aws: host.connect(topology, `keyferry-${run}`),
    run,
    journal: journalFile(journalDir, topology.name),
    settings: kind === "rehearsal" ? REHEARSAL_SETTINGS : AWS_SETTINGS,
  };
}
