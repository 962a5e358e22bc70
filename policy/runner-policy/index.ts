import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import { GROUP_ROWS } from "./groups";
import { KEY_ROWS } from "./keys";
import { PARAMETER_ROWS } from "./parameters";
import { ROLE_ROWS } from "./roles";
import { RUNNER_TRUST_ROWS } from "./trust";

export { RUNNER_TRUST_ROWS } from "./trust";

/**
 * The permission table, part two: what the runner role of an account may do.
 * @param ofKinds rows that depend on the kind of what is copied; a row that several kinds share is included once
 */
export function runnerRows(
  ofKinds: readonly PermissionRow<RunnerAccess>[],
): readonly PermissionRow<RunnerAccess>[] {
  return [...KEY_ROWS, ...new Set(ofKinds), ...PARAMETER_ROWS, ...ROLE_ROWS, ...GROUP_ROWS];
}

/** The statements of a runner role's trust policy. */
export function runnerTrust(access: RunnerAccess): readonly Statement[] {
  return statementsOf(RUNNER_TRUST_ROWS, access);
}
