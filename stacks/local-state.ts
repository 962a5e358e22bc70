import fs from "node:fs";
import path from "node:path";
import { ConfigurationError, type Problem } from "../core/errors";
import { PRIVATE_DIRECTORY, readIfPresent } from "../core/whole-file";
import { LINEAGE_TAGS, STACK_LAYERS, stackName, type LockedTopology, type StackLayer } from "../topology";
import type { AccountStackProps } from "./account-stack";
import { localStateFile } from "./backend";
import type { SynthSettings } from "./settings";

/** The part of Terraform's state that shows its owner and its resources. */
interface State {
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly {
      readonly attributes?: { readonly tags_all?: Readonly<Record<string, string>> | null } | null;
    }[];
  }[];
}

/** A state in the place of Keyferry 0.1.0, without the topology's name, and its new place. */
export interface StateMove {
  readonly from: string;
  readonly to: string;
}

/**
 * Reads the local states of a topology's accounts, and changes nothing.
 * @returns the states to move
 * @throws ConfigurationError with every state that has resources of another topology
 */
export function checkLocalStates(locked: LockedTopology, settings: SynthSettings): readonly StateMove[] {
  if (locked.topology.state.kind !== "local") return [];
  const { name } = locked.topology;
  const moves: StateMove[] = [];
  const problems: Problem[] = [];
  for (const { stateName } of locked.accounts) {
    for (const stack of STACK_LAYERS.map((layer) => stackName(layer, stateName))) {
      const to = localStateFile(settings, locked.topology, stack);
      const from = path.join(settings.workspace.stateDir, `${stack}.tfstate`);
      const isOld = !fs.existsSync(to) && fs.existsSync(from);
      const owners = ownersOf(isOld ? from : to);
      const others = owners.filter((owner) => owner !== name);
      if (others.length > 0 && (!isOld || owners.includes(name))) {
        problems.push(foreignState(isOld ? from : to, name, others));
      }
      if (isOld && others.length === 0) moves.push({ from, to });
    }
  }
  if (problems.length > 0) throw new ConfigurationError(problems, "Terraform's state");
  return moves;
}

/** Moves states with their backups. */
export function moveStates(moves: readonly StateMove[], tell: (text: string) => void): void {
  for (const { from, to } of moves) {
    fs.mkdirSync(path.dirname(to), { recursive: true, mode: PRIVATE_DIRECTORY });
    fs.renameSync(from, to);
    if (fs.existsSync(`${from}.backup`)) fs.renameSync(`${from}.backup`, `${to}.backup`);
    tell(`moved Terraform's state ${from} to ${to}, which only this topology uses\n`);
  }
}

/** Addresses of all resources in a local state; undefined if there is no such state. */
export function addressesIn(file: string): ReadonlySet<string> | undefined {
  const text = readIfPresent(file);
  if (text === undefined) return undefined;
  return new Set((stateOf(text).resources ?? []).map(({ type, name }) => `${type}.${name}`));
}

/** Addresses of all resources in the local state of an account's stack; empty if there is no such state. */
export function heldAddresses(
  layer: StackLayer,
  { locked, topology, settings }: Pick<AccountStackProps, "locked" | "topology" | "settings">,
): ReadonlySet<string> {
  if (topology.state.kind !== "local") return new Set();
  return addressesIn(localStateFile(settings, topology, stackName(layer, locked.stateName))) ?? new Set();
}

/** Topologies whose resources are in a state, by the tag that every provider sets. */
function ownersOf(file: string): readonly string[] {
  const { resources = [] } = stateOf(readIfPresent(file) ?? "{}");
  const owners = resources
    .filter(({ mode }) => mode === "managed")
    .flatMap(({ instances }) =>
      instances.flatMap(({ attributes }) => attributes?.tags_all?.[LINEAGE_TAGS.topology] ?? []),
    );
  return [...new Set(owners)].sort();
}

/** A state that cannot be read is reported by Terraform. */
function stateOf(text: string): State {
  try {
    return JSON.parse(text) as State;
  } catch {
    return {};
  }
}

function foreignState(file: string, name: string, others: readonly string[]): Problem {
  return {
    path: file,
    what: `it has resources of the topology ${others.join(" and ")}: deploying ${name} with it would change or destroy them`,
    allowed: `a state with resources of ${name} only`,
    fix: "move it away; if two topologies were deployed with one state, move the resources of each into a separate state with terraform state mv",
  };
}
