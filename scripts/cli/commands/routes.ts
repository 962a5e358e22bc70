import { ConfigurationError } from "../../../core/errors";
import { routes } from "../../api/routes";
import { routesText, choicesText } from "../../report/routes-text";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { loadTopology } from "../load-config";
import { named } from "../name-options";
import { readingOptions } from "../session";
import { widthOf } from "../width";
import type { PlanCommandOptions } from "./plan";

/** Options that belong to a plan of what `run` would do. */
const OF_RUNS = {
  prices: "--prices",
  snapshotSpeed: "--snapshot-speed",
  pairSpeed: "--pair-speed",
  maxCopies: "--max-copies",
  publish: "--publish",
  repin: "--repin",
} as const;

/** `keyferry plan --routes` and `keyferry plan --write`: which routes are open, and which are chosen. */
export async function routesCommand(host: Host, options: PlanCommandOptions): Promise<number> {
  refuseOptionsOfRuns(options);
  const topology = loadTopology(host, options.config);
  const { only } = named(options);
  const { write = false } = options;
  const report = await routes(
    topology,
    { ...readingOptions(host, options), ...(only === undefined ? {} : { only }), write },
    host,
  );
  const text = () =>
    options.routes === true || report.written === undefined
      ? routesText(report, widthOf(host))
      : choicesText(report, widthOf(host)).join("\n\n");
  host.out(options.json === true ? JSON.stringify(report) : text());
  const isFine = write ? report.written !== undefined : report.refusals.length === 0;
  return isFine ? EXIT.done : EXIT.refused;
}

/** @throws ConfigurationError */
function refuseOptionsOfRuns(options: PlanCommandOptions): void {
  const problems = Object.entries(OF_RUNS)
    .filter(([name]) => options[name as keyof typeof OF_RUNS] !== undefined)
    .map(([, path]) => ({
      path,
      what: "it cannot be combined with --routes or --write, which do not plan a run",
      fix: "leave one of them out",
    }));
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
}
