import { bookkeepingPath, type Rule, type Topology } from "../../topology";
import type { AwsAccess, ParametersPort, ParameterValue } from "../aws";
import { parameterTags } from "./lineage";

/** One record: a parameter in the account and Region of a source image. */
export interface StateParameter {
  readonly parameters: ParametersPort;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where a rule stores its intent and its rollback and, shared with all rules of the same source account and Region, its lease. */
export interface RuleState {
  readonly lease: StateParameter;
  readonly intent: StateParameter;
  readonly rollback: StateParameter;
  /** AWS's time, the only clock that several runs share. */
  now(): Date;
}

export function ruleStateOf(topology: Topology, aws: AwsAccess, rule: Rule): RuleState {
  const parameters = aws.parameters(rule.from);
  const parameter = (role: "lease" | "intent" | "rollback", name: string): StateParameter => ({
    parameters,
    name,
    tags: parameterTags(topology, role),
  });
  const path = bookkeepingPath(topology.name);
  return {
    lease: parameter("lease", `${path}/lease`),
    intent: parameter("intent", `${path}/${rule.name}/intent`),
    rollback: parameter("rollback", `${path}/${rule.name}/rollback`),
    now: () => aws.now(),
  };
}

/** A parameter with its version; undefined when it is absent. */
export function openStateParameter({
  parameters,
  name,
}: StateParameter): Promise<ParameterValue | undefined> {
  return parameters.read(name);
}

/** A parameter's JSON; undefined if it is absent or Keyferry did not write it. */
export async function readStateParameter<T>({ parameters, name }: StateParameter): Promise<T | undefined> {
  const text = await parameters.get(name);
  return text === undefined ? undefined : parseStateParameter<T>(text);
}

/** The JSON value of a parameter; undefined if Keyferry did not write it. */
export function parseStateParameter<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Creates a parameter; false when it exists. */
export async function createStateParameter(parameter: StateParameter, value: unknown): Promise<boolean> {
  return (await put(parameter, value, false)) !== undefined;
}

/**
 * Overwrites a parameter; it keeps the tags with which it was created.
 * @returns its version, which is one more than before, or 1 if there was none
 */
export async function overwriteStateParameter(parameter: StateParameter, value: unknown): Promise<number> {
  return (await put(parameter, value, true)) ?? 0;
}

/** Deletes a parameter; it is not an error if it does not exist. */
export function removeStateParameter({ parameters, name }: StateParameter): Promise<void> {
  return parameters.delete(name);
}

/**
 * Undoes what a run wrote too late: restores the replaced value, or deletes a parameter that did not
 * exist before. A later write of another process is kept.
 */
export async function takeBackStateParameter(
  parameter: StateParameter,
  isMine: (written: unknown) => boolean,
): Promise<void> {
  const versions = await parameter.parameters.history(parameter.name);
  const last = versions.at(-1);
  if (last === undefined || !isMine(parseStateParameter(last.value))) return;
  const replaced = versions.at(-2);
  if (replaced === undefined) await removeStateParameter(parameter);
  else await overwriteStateParameter(parameter, parseStateParameter(replaced.value));
}

function put(
  { parameters, name, tags }: StateParameter,
  value: unknown,
  overwrite: boolean,
): Promise<number | undefined> {
  return parameters.put({ name, value: JSON.stringify(value), dataType: "text", overwrite, tags });
}

/** Whether a value is a list of strings. */
export function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
