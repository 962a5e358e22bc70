import type { RoutedDestination, RoutedRule, RoutesReport } from "../engine/results";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { labelled, wrap } from "./wrap";

export interface RoutesTextOptions {
  /** Characters in a line. @default 100 - if the width of the screen is not known */
  readonly columns?: number;
}

/** Which routes there are, and which are open, for people. */
export function routesText(report: RoutesReport, { columns = 100 }: RoutesTextOptions = {}): string {
  const parts = [
    ...report.kinds.map((kind) => offeredText(kind, columns)),
    ...report.rules.map((rule) => ruleText(rule, columns)),
    ...(report.kinds.length === 0
      ? [wrap("the topology declares nothing that has more than one route", columns).join("\n")]
      : []),
    ...choicesText(report, { columns }),
  ];
  return parts.join("\n\n");
}

/** What was chosen and written, or why nothing was written. */
export function choicesText(
  { written, refusals }: RoutesReport,
  { columns = 100 }: RoutesTextOptions = {},
): readonly string[] {
  return [
    ...(refusals.length === 0 ? [] : [refusalsText(refusals, columns)]),
    ...(written === undefined ? [] : [writtenText(written, columns)]),
  ];
}

function offeredText({ kind, routes }: RoutesReport["kinds"][number], columns: number): string {
  const width = "  forbids".length;
  return [
    `routes of ${kind}s:`,
    ...routes.flatMap(({ route, needs, forbids, loses }) => [
      route,
      labelled("  needs", needs, width, columns),
      labelled("  forbids", forbids, width, columns),
      labelled("  loses", loses, width, columns),
    ]),
  ].join("\n");
}

function ruleText({ rule, sourceId, sourceName, ...place }: RoutedRule, columns: number): string {
  const image = sourceId === sourceName ? sourceId : `${sourceId} (${sourceName})`;
  const head = `${rule}: ${image} of ${place.sourceAccountName} in ${place.sourceRegion}`;
  return [
    ...wrap(head, columns),
    ...place.destinations.map((destination) => destinationText(destination, columns)),
  ].join("\n");
}

function destinationText({ choice, routes, ...destination }: RoutedDestination, columns: number): string {
  const { accountName, region, declared, chosenBefore } = destination;
  const before = chosenBefore === undefined ? "" : `, ${chosenBefore} in keyferry.lock.json`;
  const would = "route" in choice ? `${choice.route}: ${choice.because}` : "no route is open";
  const rows = routes.map(({ route, costs, closed }) => [
    route,
    closed.length === 0 ? "yes" : "no",
    costs,
    closed.length === 0 ? "-" : closed.map(({ because }) => because).join("; "),
  ]);
  const indented = table([["ROUTE", "OPEN", "COSTS", "WHY NOT"], ...rows], columns - 4)
    .split("\n")
    .map((line) => `    ${line}`);
  return [
    ...wrap(`  ${accountName} in ${region} (${declared}${before})`, columns),
    labelled("    best", would, "    best".length, columns),
    ...indented,
  ].join("\n");
}

function writtenText(written: NonNullable<RoutesReport["written"]>, columns: number): string {
  if (written.length === 0)
    return wrap('no destination has the route "auto", so there is nothing to choose', columns).join("\n");
  return [
    "wrote these choices to keyferry.lock.json; commit the file, then run keyferry deploy:",
    ...written.map(({ job, route, before }) => {
      const change = before === undefined || before === route ? "" : ` (was ${before})`;
      return `  ${job}: ${route}${change}`;
    }),
  ].join("\n");
}
