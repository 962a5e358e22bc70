import {
  chosenRoute,
  selectedJobs,
  type CopyJob,
  type CopySource,
  type Rule,
  type Selection,
  type Topology,
} from "../../topology";
import type { Kind } from "../../kinds/kind";
import type { CopyView } from "../engine/copy";
import { check, type Finding } from "../engine/finding";

const say = check("routes");

/**
 * Checks whether the routes that a plan chose still work for the current source: only what they need is deployed.
 * @param only the copy jobs that are checked. @default - all of them
 */
export function checkChosenRoutes(
  topology: Topology,
  kind: Kind,
  rule: Rule,
  source: CopyView,
  read: CopySource,
  only?: Selection,
): readonly Finding[] {
  const { routes } = kind;
  if (routes === undefined) return [];
  return selectedJobs(topology, rule, only).flatMap((job) => {
    const chosen = chosenRoute(job);
    return chosen === undefined ? [] : [verdict(job, chosen, routes.judge(topology, job, source, read))];
  });
}

function verdict(
  { id, rule }: CopyJob,
  chosen: string,
  { routes, choice }: ReturnType<NonNullable<Kind["routes"]>["judge"]>,
): Finding {
  const closed = routes.find(({ route }) => route === chosen)?.closed ?? [];
  const [first] = closed;
  if (first === undefined) {
    const advice =
      "route" in choice && choice.route !== chosen
        ? `npx keyferry plan --write would choose ${choice.route} now: ${choice.because}`
        : undefined;
    return say.passed(id, `the route ${chosen}, which keyferry.lock.json has for it, can be used`, advice);
  }
  const why = closed.map(({ because }) => because).join("; ");
  const what = `keyferry.lock.json has the route ${chosen} for it, which cannot be used for ${sourceOf(rule)} now: ${why}`;
  if (!("route" in choice)) {
    return say.failed(id, `${what}; no other route can be used either`, first.fix, rule.from.account.id);
  }
  return say.failed(
    id,
    `${what}; it needs ${choice.route}`,
    "run `npx keyferry plan --write`, commit keyferry.lock.json, and deploy what it needs: `npx keyferry deploy 'foundation-*'`",
  );
}

function sourceOf({ from: { account, region } }: Rule): string {
  return `what ${account.name} has in ${region}`;
}
