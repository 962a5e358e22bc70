import { randomUUID } from "node:crypto";
import { refuseWrongEndpoint } from "../../core/workspace";
import { refuseUndecided, type Topology, type TopologyInput } from "../../topology";
import type { AwsAccess, DeployerAccess } from "../aws";
import type { ReadContext } from "../engine/context";
import { journalFile } from "../engine/journal";
import type { LeaseKeeper } from "../engine/lease-record";
import { AWS_SETTINGS, REHEARSAL_SETTINGS, type Settings } from "../engine/settings";
import type { ProjectOptions } from "./options";
import { projectOf, topologyOf, type Project } from "./project";
import { tellStarted, type TellOptions } from "./started";
import type { World } from "./world";

/** What every command starts from. */
export interface Session {
  readonly project: Project;
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly deployer: DeployerAccess;
  /** Unique id of the run. */
  readonly run: string;
  /** Absolute path. */
  readonly journal: string;
  /** Before the user's own. */
  readonly settings: Settings;
}

export interface SessionOptions extends ProjectOptions, TellOptions {
  /** Whether a plan may still have to choose routes. @default false */
  readonly undecided?: boolean;
}

/**
 * Resolves the topology and tells where the command works.
 * @throws ConfigurationError before anything is called or written
 */
export async function openSession(
  world: World,
  input: TopologyInput | Topology,
  options: SessionOptions,
): Promise<Session> {
  const project = projectOf(world, options);
  const topology = topologyOf(project, input);
  if (options.undecided !== true) refuseUndecided(topology);
  refuseWrongEndpoint(world.env);
  await tellStarted(world, project, topology, options);
  const run = randomUUID().slice(0, 8);
  const { kind, journalDir } = project.workspace;
  return {
    project,
    topology,
    aws: world.connect(topology, `keyferry-${run}`),
    deployer: world.connectAsDeployer(topology, `keyferry-${run}`),
    run,
    journal: journalFile(journalDir, topology.name),
    settings: kind === "rehearsal" ? REHEARSAL_SETTINGS : AWS_SETTINGS,
  };
}

/** What a command needs that only reads. */
export function lookOf({ clock }: World, { topology, aws }: Session): ReadContext {
  return { topology, aws, clock };
}

/** Who takes leases in a session. */
export function keeperOf(world: World, { run, settings }: Pick<Session, "run" | "settings">): LeaseKeeper {
  return {
    me: { host: world.hostName, pid: world.pid, run },
    clock: world.clock,
    settings,
    isAlive: (pid) => world.isAlive(pid),
  };
}
