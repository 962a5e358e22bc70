/** Idempotency by ClientToken. Source: EC2 API reference, "Ensuring idempotency in Amazon EC2 API requests". */
import { canonicalJson, sha256 } from "@keyferry/common";
import type { Call } from "../../contract";
import { AwsError } from "../../contract";
import { text } from "./input";
import type { Ec2State } from "./state";

/**
 * The ids that the same call returned before; they are returned again even when the resources no longer exist.
 * @throws IdempotentParameterMismatch
 */
export function remembered(state: Ec2State, call: Call): readonly string[] | undefined {
  const place = placeOf(call);
  const answer = place === undefined ? undefined : state.answers[place];
  if (answer === undefined) return undefined;
  if (answer.parameters !== parametersOf(call)) {
    throw new AwsError(
      "IdempotentParameterMismatch",
      "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
    );
  }
  return answer.ids;
}

/** Stores the response of a call with a ClientToken. */
export function remember(state: Ec2State, call: Call, ids: readonly string[]): void {
  const place = placeOf(call);
  if (place !== undefined) state.answers[place] = { parameters: parametersOf(call), ids };
}

function placeOf(call: Call): string | undefined {
  const token = text(call.input, "ClientToken");
  return token === undefined ? undefined : `${call.caller.account}/${call.region}/${call.operation}/${token}`;
}

function parametersOf(call: Call): string {
  return sha256(canonicalJson(call.input));
}
