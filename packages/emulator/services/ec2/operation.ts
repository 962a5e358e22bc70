import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../contract";
import { understanding } from "../../known-parameters";

export interface Ec2Operation {
  /** Supported parameters; a call with any other is refused rather than partly executed. */
  readonly parameters: readonly string[];
  checks(call: Call, cloud: Cloud): readonly AccessCheck[] | Promise<readonly AccessCheck[]>;
  run(call: Call, cloud: Cloud): JsonObject | Promise<JsonObject>;
}

/** Handles `DryRun` as all of EC2 does: the dispatcher checks it before the operation runs. */
export function ec2Operation(spec: Ec2Operation): Operation {
  return understanding(spec.parameters, spec, ["DryRun"]);
}

/** The response of operations that return no data. */
export const DONE: JsonObject = { return: true };
