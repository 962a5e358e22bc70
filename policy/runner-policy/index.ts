import type { Statement } from "../document";
import { statementsOf, type PermissionRow } from "../row";
import type { RunnerAccess } from "../runner";
import { COPY_ROWS } from "./copies";
import { GROUP_ROWS } from "./groups";
import { KEY_ROWS } from "./keys";
import { LOOK_ROWS } from "./looks";
import { PARAMETER_ROWS } from "./parameters";
import { ROLE_ROWS } from "./roles";
import { SHARE_ROWS } from "./shares";
import { RUNNER_TRUST_ROWS } from "./trust";

export { RUNNER_TRUST_ROWS } from "./trust";

/** The permission table, part two: what the runner role of an account may do. */
export const RUNNER_ROWS: readonly PermissionRow<RunnerAccess>[] = [
  ...KEY_ROWS,
  ...LOOK_ROWS,
  ...COPY_ROWS,
  ...SHARE_ROWS,
  ...PARAMETER_ROWS,
  ...ROLE_ROWS,
  ...GROUP_ROWS,
];

/** The statements of a runner role's identity policy. */
export function runnerPolicy(access: RunnerAccess): readonly Statement[] {
  return statementsOf(RUNNER_ROWS, access);
}

/** The statements of a runner role's trust policy. */
export function runnerTrust(access: RunnerAccess): readonly Statement[] {
  return statementsOf(RUNNER_TRUST_ROWS, access);
}
