import type { RollbackPlan } from "../engine/results";
import { refusalsText } from "./refusals-text";
import { table } from "./table";

/** What a rollback would do, for people. */
export function rollbackText(plan: RollbackPlan): string {
  const rows = plan.destinations.map(({ account, accountName, region, shows = "nothing", goesBackTo }) => [
    `${accountName} ${account} ${region}`,
    shows,
    goesBackTo === undefined ? "-" : goesBackTo === shows ? "(stands)" : goesBackTo,
  ]);
  const { rule, parameter, heldBack, showing } = plan;
  return [
    heldBack === undefined || showing === undefined
      ? `${rule}: ${parameter} has nothing to go back to`
      : `${rule}: ${parameter} goes back from the copies of ${heldBack} to those of ${showing}; runs do not publish ${heldBack} until the source changes, or run --publish ${rule} is asked for`,
    table([["WHERE", "SHOWS", "GOES BACK TO"], ...rows]),
    ...(plan.refusals.length > 0 ? [refusalsText(plan.refusals)] : []),
  ].join("\n\n");
}
