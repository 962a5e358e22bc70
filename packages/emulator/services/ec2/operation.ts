import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../contract";
import { understanding } from "../../known-parameters";

export interface Ec2Operation {
  /** Parameters that are understood; a call with any other is refused rather than half obeyed. */
  readonly parameters: readonly string[];
  checks(call: Call, cloud: Cloud): readonly AccessCheck[] | Promise<readonly AccessCheck[]>;
  run(call: Call, cloud: Cloud): JsonObject | Promise<JsonObject>;
}

/** Obeys `DryRun` as all of EC2 does: the dispatcher looks at it before the operation runs. */
export function ec2Operation(spec: Ec2Operation): Operation {
  return understanding(spec.parameters, spec, ["DryRun"]);
}

/** The answer of operations that have nothing to say. */
export const DONE: JsonObject = { return: true };
