import { SECTIONS } from "../kinds/declared";
import type { Statement } from "../policy/document";
import { statementsOf } from "../policy/row";
import type { RunnerAccess } from "../policy/runner";
import { runnerRows } from "../policy/runner-policy";

/** The permission table, part two: the permissions of an account's runner role, including those of every kind. */
export const RUNNER_ROWS = runnerRows(SECTIONS.flatMap(([, { rows }]) => rows));

/** The statements of a runner role's identity policy. */
export function runnerPolicy(access: RunnerAccess): readonly Statement[] {
  return statementsOf(RUNNER_ROWS, access);
}
