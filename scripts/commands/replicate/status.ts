import type { ReplicationStatus } from "../../engine/results";
import { bucketView } from "./bucket-view";
import { configurationObstacles } from "./configuration";
import { replicationsOf, type ReplicateContext, type Replication } from "./context";
import { countObjects } from "./count-objects";
import { distinct } from "./failures";
import { readFacts, type ReplicationFacts } from "./facts";
import { judgeObject, type JudgedObject } from "./judge";

/** The replication results of every rule's objects in every destination, with reasons. Reads only. */
export async function replicationStatus(context: ReplicateContext): Promise<readonly ReplicationStatus[]> {
  const statuses: ReplicationStatus[] = [];
  for (const replication of replicationsOf(context)) statuses.push(await statusOf(context, replication));
  return statuses;
}

async function statusOf(context: ReplicateContext, replication: Replication): Promise<ReplicationStatus> {
  const { rule, to } = replication;
  const facts = await readFacts(context, replication);
  const unknown = new Set(facts.unknown);
  const obstacles = [...configurationObstacles(context.topology, replication, facts)];
  for (const model of modelObjects(replication, facts)) {
    const judged = judgeObject(context.topology, replication, facts, model);
    for (const one of judged.unknown) unknown.add(one);
    obstacles.push(...judged.obstacles);
  }
  const looked = await countObjects(context, replication, facts);
  return {
    rule: rule.name,
    ruleId: to.ruleId,
    source: bucketView(rule.from),
    destination: bucketView(to),
    obstacles: distinct(obstacles),
    ...looked,
    unknown: [...unknown],
  };
}

/** Example objects that may not exist yet: with tags, under each of the source's keys. */
function modelObjects(
  { rule }: Replication,
  { sourceKeys, bucketKeys }: ReplicationFacts,
): readonly JudgedObject[] {
  const key = `${rule.filter.prefix}any-object`;
  return sourceKeys.map(({ arn }) => ({
    key,
    tagged: true,
    encryption: "aws:kms",
    keyArn: arn,
    bucketKey: bucketKeys.source,
  }));
}

/** Whether something prevents replication, now or for the next object that is written. */
export function hasFailed({ obstacles, counts, unknown }: ReplicationStatus): boolean {
  return obstacles.length + counts.failed + unknown.length > 0;
}
