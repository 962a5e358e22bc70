import { bookkeepingPath, type ImageRule, type Topology } from "../../topology";
import type { AwsAccess, ParametersPort } from "../aws";

/** Where a rule keeps its lease and its intent: in the account and Region of its source. */
export interface Book {
  readonly parameters: ParametersPort;
  readonly leaseName: string;
  readonly intentName: string;
}

export function bookOf(topology: Topology, aws: AwsAccess, rule: ImageRule): Book {
  const path = `${bookkeepingPath(topology.name)}/${rule.name}`;
  return { parameters: aws.parameters(rule.from), leaseName: `${path}/lease`, intentName: `${path}/intent` };
}

/** A parameter's JSON; undefined when it is absent or was not written by us. */
export async function readJson<T>(parameters: ParametersPort, name: string): Promise<T | undefined> {
  const text = await parameters.get(name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

export function putJson(
  parameters: ParametersPort,
  name: string,
  value: unknown,
  overwrite: boolean,
): Promise<boolean> {
  return parameters.put({ name, value: JSON.stringify(value), dataType: "text", overwrite });
}
