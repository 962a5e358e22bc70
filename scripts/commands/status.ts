import { ruleStateOf } from "../engine/rule-state";
import { concurrently } from "../engine/concurrently";
import type { ReadContext } from "../engine/context";
import { readHold } from "../engine/hold";
import type { JournalRecord } from "../engine/journal";
import { readLease } from "../engine/lease-record";
import type { RuleStatus, Status } from "../engine/results";
import { launchedJobs, lookAtGroup } from "../steps/look-at-group";
import type { Foundation } from "./keys/foundation";
import { outsideTopology } from "./outside";
import { plan } from "./plan";

/** Reads only. */
export async function status(
  context: ReadContext,
  foundation: Foundation,
  past: readonly JournalRecord[],
): Promise<Status> {
  const looked = await plan(context, past);
  const groups = await concurrently(launchedJobs(context.topology, context.only), (job) =>
    lookAtGroup(context, job),
  );
  const rules: RuleStatus[] = [];
  for (const rule of context.topology.rules) {
    if (!looked.rules.some((planned) => planned.rule === rule.name)) continue;
    const ruleState = ruleStateOf(context.topology, context.aws, rule);
    const [lease, rollback] = await Promise.all([readLease(ruleState), readHold(ruleState)]);
    const expired = lease !== undefined && Date.parse(lease.expires) <= context.aws.now().getTime();
    rules.push({
      rule: rule.name,
      ...(lease === undefined ? {} : { lease: { ...lease, expired } }),
      ...(rollback === undefined ? {} : { rollback }),
    });
  }
  const lastRun = lastRunOf(past);
  const outside = await outsideTopology(context, foundation);
  return {
    plan: looked,
    rules,
    groups,
    outside,
    at: context.aws.now(),
    ...(lastRun === undefined ? {} : { lastRun }),
  };
}

function lastRunOf(past: readonly JournalRecord[]): Status["lastRun"] {
  const run = past.at(-1)?.run;
  if (run === undefined) return undefined;
  const records = past.filter((record) => record.run === run);
  const only = records.flatMap(({ event }) => (event.code === "RunStarted" ? (event.only ?? []) : []));
  return {
    run,
    startedAt: records[0]?.at ?? "",
    lastRecordAt: records.at(-1)?.at ?? "",
    ended: records.some(({ event }) => event.code === "RunFinished" || event.code === "Interrupted"),
    ...(only.length === 0 ? {} : { only }),
  };
}
