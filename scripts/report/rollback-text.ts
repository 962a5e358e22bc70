import type { RollbackPlan } from "../engine/results";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { hanging } from "./wrap";

/**
 * What a rollback would do, for people.
 * @param columns characters in a line. @default - unlimited
 */
export function rollbackText(plan: RollbackPlan, columns?: number): string {
  const rows = plan.destinations.map(({ account, accountName, region, shows = "nothing", goesBackTo }) => [
    `${accountName} ${account} ${region}`,
    shows,
    goesBackTo === undefined ? "-" : goesBackTo === shows ? "(unchanged)" : goesBackTo,
  ]);
  const { rule, parameter, heldBack, showing } = plan;
  const what =
    heldBack === undefined || showing === undefined
      ? `${rule}: ${parameter} has no earlier copy that exists in all of these places`
      : `${rule}: ${parameter} is rolled back from the copies of ${heldBack} to those of ${showing}; runs do not publish ${heldBack} until the source changes or you use keyferry run --publish ${rule}`;
  return [
    hanging(what, columns),
    table([["WHERE", "CURRENT", "ROLLED BACK TO"], ...rows], columns),
    ...(plan.refusals.length > 0 ? [refusalsText(plan.refusals, columns)] : []),
  ].join("\n\n");
}
