import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../contract";
import { AwsError } from "../../contract";

export interface Ec2Operation {
  /** Parameters that are understood; a call with any other is refused rather than half obeyed. */
  readonly parameters: readonly string[];
  checks(call: Call, cloud: Cloud): readonly AccessCheck[] | Promise<readonly AccessCheck[]>;
  run(call: Call, cloud: Cloud): JsonObject | Promise<JsonObject>;
}

/**
 * Refuses parameters that are not understood; an empty one counts as absent. `DryRun` is obeyed before the operation
 * runs, for all of EC2.
 */
export function ec2Operation(spec: Ec2Operation): Operation {
  const known = new Set([...spec.parameters, "DryRun"]);
  return {
    parameters: spec.parameters,
    checks: (call, cloud) => {
      refuseUnknown(call, known);
      return spec.checks(call, cloud);
    },
    run: (call, cloud) => spec.run(call, cloud),
  };
}

function refuseUnknown(call: Call, known: ReadonlySet<string>): void {
  const unknown = Object.keys(call.input).filter((name) => !known.has(name) && call.input[name] !== "");
  if (unknown.length === 0) return;
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud does not implement ${unknown.join(", ")} of ${call.operation}.`,
  );
}

/** The answer of operations that have nothing to say. */
export const DONE: JsonObject = { return: true };
