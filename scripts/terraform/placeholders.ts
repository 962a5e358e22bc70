import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PRIVATE_DIRECTORY } from "../../core/whole-file";
import { CONFIGURATION_FILE, readConfiguration, siteOf, type Configuration } from "./configuration";
import type { Change } from "./machine-output";
import type { Failure } from "./outcome";
import type { StateView } from "./state-view";
import type { Stack } from "./synthesised";

/** A value that a stack reads from a stack that is not deployed, or is deployed without that value. */
export interface Missing {
  /** Name of the stack that will hold it. */
  readonly from: string;
  /** `data.terraform_remote_state.keys`; the whole block is dropped if nothing else is left to read. */
  readonly block: string;
  /** Name of the output, if single outputs are missing; absent if the whole block is missing. */
  readonly output?: string;
}

/** The type of Terraform's built-in resource whose id is known after apply. */
const PLACEHOLDER = "terraform_data";
const PLACEHOLDER_NAME = "after-";

/** Types of data sources that look up, by name, something that another stack creates. */
const LOOKED_UP = ["aws_kms_alias"] as const;

/**
 * The values that a stack reads and that do not exist yet.
 * @param stacks of the whole synthesis
 * @param stateOf a stack's state; undefined if it was never deployed
 * @returns the reason if a state could not be read
 */
export async function missingValues(
  stack: Stack,
  stacks: readonly Stack[],
  stateOf: (stack: Stack) => Promise<StateView | Failure | undefined>,
): Promise<readonly Missing[] | Failure> {
  const missing: Missing[] = [];
  const text = readFileSync(path.join(stack.directory, CONFIGURATION_FILE), "utf8");
  for (const from of stacks.filter(({ name }) => stack.dependencies.includes(name))) {
    const block = `data.terraform_remote_state.${remoteStateName(from)}`;
    const state = await stateOf(from);
    if (isFailure(state)) return state;
    if (state === undefined) missing.push({ from: from.name, block });
    else {
      const read = new Set([...text.matchAll(outputsOf(block))].map(([, output = ""]) => output));
      const absent = [...read].filter((output) => !state.outputs.includes(output));
      missing.push(...absent.map((output) => ({ from: from.name, block, output })));
    }
  }
  const configuration = readConfiguration(stack);
  for (const { block, from, resource } of lookUps(stack, configuration, stacks)) {
    const state = await stateOf(from);
    if (isFailure(state)) return state;
    if (state?.resources.includes(resource) !== true) missing.push({ from: from.name, block });
  }
  return missing;
}

function isFailure(state: StateView | Failure | undefined): state is Failure {
  return state !== undefined && "state" in state;
}

/** What a stack looks up by name and another stack of the synthesis creates. */
function lookUps(
  stack: Stack,
  configuration: Configuration,
  stacks: readonly Stack[],
): readonly { readonly block: string; readonly from: Stack; readonly resource: string }[] {
  return LOOKED_UP.flatMap((type) =>
    Object.entries(configuration.data?.[type] ?? {}).flatMap(([id, { name }]) => {
      const block = `data.${type}.${id}`;
      const place = siteOf(configuration, block);
      return stacks
        .filter((other) => other.name !== stack.name)
        .flatMap((from) => {
          const theirs = readConfiguration(from);
          const makers = Object.entries(theirs.resource?.[type] ?? {}).filter(([made, made_]) => {
            const site = siteOf(theirs, `${type}.${made}`);
            return made_.name === name && site.account === place.account && site.region === place.region;
          });
          return makers.map(([made]) => ({ block, from, resource: `${type}.${made}` }));
        });
    }),
  );
}

/** The framework's name of the data source with which one stack reads another. */
function remoteStateName(stack: Stack): string {
  return `cross-stack-reference-input-${stack.name}`;
}

/** The configuration in which missing values are replaced by values that are known after apply. */
export function withPlaceholders(configuration: string, missing: readonly Missing[]): string {
  let text = configuration;
  for (const { from, block, output } of missing) {
    const id = `${PLACEHOLDER}.${PLACEHOLDER_NAME}${from}.id`;
    const attribute = output === undefined ? `(?:\\.outputs)?\\.[\\w-]+` : `\\.outputs\\.${output}(?![\\w-])`;
    text = text.replace(new RegExp(`${literally(block)}${attribute}`, "g"), id);
  }
  const parsed = JSON.parse(text) as Mutable;
  for (const { from, block, output } of missing) {
    ((parsed.resource ??= {})[PLACEHOLDER] ??= {})[`${PLACEHOLDER_NAME}${from}`] = {};
    const [, type = "", name = ""] = block.split(".");
    if (output === undefined) delete parsed.data?.[type]?.[name];
  }
  return JSON.stringify(parsed, withoutEmptyData, 2);
}

/** Terraform reports `data`, or a type in it, without a block as an error. */
function withoutEmptyData(key: string, value: unknown): unknown {
  if (key !== "data" || typeof value !== "object" || value === null) return value;
  const types = Object.entries(value).filter(([, blocks]) => Object.keys(blocks as object).length > 0);
  return types.length === 0 ? undefined : Object.fromEntries(types);
}

interface Mutable {
  resource?: Record<string, Record<string, object>>;
  data?: Record<string, Record<string, object>>;
}

/** Whether a resource is only a placeholder for a value of another stack. */
export function isPlaceholder({ address }: Pick<Change, "address">): boolean {
  return address.startsWith(`${PLACEHOLDER}.${PLACEHOLDER_NAME}`);
}

/** A plan as Terraform shows it, without placeholders and without the totals, which include them. */
export function withoutPlaceholders(text: string): string {
  const block = new RegExp(`^  # ${PLACEHOLDER}\\.${PLACEHOLDER_NAME}[^]*?^    }\\n\\n?`, "gm");
  return text
    .replace(block, "")
    .replace(/^Plan: .*$/m, "")
    .trimEnd();
}

/**
 * Writes a copy of a stack with placeholders, which shares the `.terraform` directory with the stack.
 * @returns its place and how to run Terraform there; `remove` removes it
 */
export function copyWithPlaceholders(stack: Stack, missing: readonly Missing[]) {
  // At the same depth as the stack's own directory, because the path of a local state is relative.
  const directory = path.join(stack.directory, "..", "..", "without-state", stack.name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
  const text = readFileSync(path.join(stack.directory, CONFIGURATION_FILE), "utf8");
  writeFileSync(path.join(directory, CONFIGURATION_FILE), withPlaceholders(text, missing));
  const lockFile = ".terraform.lock.hcl";
  cpSync(path.join(stack.directory, lockFile), path.join(directory, lockFile));
  return {
    directory,
    env: { TF_DATA_DIR: path.join(stack.directory, ".terraform") },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function outputsOf(block: string): RegExp {
  return new RegExp(`${literally(block)}\\.outputs\\.([\\w-]+)`, "g");
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
