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

/** What every command starts with. */
export interface Session {
  readonly project: Project;
  readonly topology: Topology;
  readonly aws: AwsAccess;
  readonly deployer: DeployerAccess;
  /** Unique id of the run. */
  readonly run: string;
  /** Absolute path. */
  readonly journal: string;
  /** Called before the user's own listener. */
  readonly settings: Settings;
}

export interface SessionOptions extends ProjectOptions, TellOptions {
  /** Whether a plan may still have to choose routes. @default false */
  readonly undecided?: boolean;
}

/**
 * Resolves the topology and reports where the command works.
 * @throws ConfigurationError before any call or write
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

/** What a command that only reads needs. */
export function lookOf({ clock }: World, { topology, aws }: Session): ReadContext {
  return { topology, aws, clock };
}

/** The holder of leases in a session. */
export function keeperOf(world: World, { run, settings }: Pick<Session, "run" | "settings">): LeaseKeeper {
  return {
    me: { host: world.hostName, pid: world.pid, run },
    clock: world.clock,
    settings,
    isAlive: (pid) => world.isAlive(pid),
  };
}
