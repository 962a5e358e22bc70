import { concurrently } from "../../engine/concurrently";
import type {
  ReplicatedBucket,
  ReplicationCounts,
  ReplicationFailure,
  ReplicationObstacle,
  ReplicationStatus,
} from "../../engine/results";
import type { TopologyBucket } from "../../../topology";
import type { ListedVersion, ObjectLook } from "../../aws";
import { compareListings } from "./compare-listings";
import { configurationObstacles } from "./configuration";
import { replicationsOf, type ReplicateContext, type Replication } from "./context";
import { readFacts, type ReplicationFacts } from "./facts";
import { judgeObject, type JudgedObject } from "./judge";

/** Failed objects that are judged by themselves; the others are counted with those that are like them. */
const MAX_JUDGED = 500;
/** Different answers that are kept. */
const MAX_FAILURES = 20;

/** What became of the objects of every rule in every destination, and why. Reads only. */
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
  const looked = await lookAtObjects(context, replication, facts);
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

/** Objects of which there may be none yet: with tags, under each of the source's keys. */
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

interface Looked {
  readonly counts: ReplicationCounts;
  readonly failures: readonly ReplicationFailure[];
}

async function lookAtObjects(
  context: ReplicateContext,
  replication: Replication,
  facts: ReplicationFacts,
): Promise<Looked> {
  const { rule, to } = replication;
  const source = context.aws.buckets(rule.from);
  const counts = { objects: 0, replicated: 0, pending: 0, failed: 0, never: 0, gone: 0 };
  const failures = new Map<
    string,
    { objects: number; example: string; obstacles: readonly ReplicationObstacle[] }
  >();
  const known = new Map<string, readonly ReplicationObstacle[]>();
  let judgements = 0;
  const pages = compareListings(
    source.versions(rule.from.bucket, rule.filter.prefix),
    context.aws.buckets(to).versions(to.bucket, rule.filter.prefix),
  );
  for await (const page of pages) {
    const missing = page.filter(({ replica }) => replica === undefined).map(({ object }) => object);
    counts.objects += page.length;
    counts.replicated += page.length - missing.length;
    const looks = await concurrently(missing, async (object) => ({
      object,
      look: await lookAt(context, replication, object),
    }));
    for (const { object, look } of looks) {
      if (look === undefined) {
        // It is gone, is no object of the rule, or is a replica itself.
        counts.objects -= 1;
        continue;
      }
      counts[COUNTED[look.replicationStatus ?? ""] ?? "never"] += 1;
      if (look.replicationStatus !== "FAILED") continue;
      const kind = kindOf(look);
      judgements += 1;
      const obstacles =
        judgements <= MAX_JUDGED
          ? judgeObject(context.topology, replication, facts, judged(object, look)).obstacles
          : (known.get(kind) ?? []);
      known.set(kind, obstacles);
      const why = JSON.stringify(obstacles.map(({ fix }) => fix.replaceAll(`/${object.key}`, "/*")));
      const failure = failures.get(why);
      if (failure !== undefined) failure.objects += 1;
      else if (failures.size < MAX_FAILURES)
        failures.set(why, { objects: 1, example: object.key, obstacles: distinct(obstacles) });
    }
  }
  return { counts, failures: [...failures.values()] };
}

/** AWS's status of an object whose version is not in the destination -> how it is counted. */
const COUNTED: Readonly<Record<string, keyof ReplicationCounts>> = {
  PENDING: "pending",
  FAILED: "failed",
  COMPLETED: "gone",
};

/** Undefined for what the rule does not replicate. */
async function lookAt(
  { aws }: ReplicateContext,
  { rule }: Replication,
  { key, version }: ListedVersion,
): Promise<ObjectLook | undefined> {
  const port = aws.buckets(rule.from);
  const { bucket } = rule.from;
  const look = await port.look(bucket, key, version);
  if (look === undefined || look.replicationStatus === "REPLICA") return undefined;
  const wanted = Object.entries(rule.filter.tags);
  if (wanted.length === 0) return look;
  const tags = look.tagCount === 0 ? {} : await port.tags(bucket, key, version);
  return wanted.every(([name, value]) => tags[name] === value) ? look : undefined;
}

function judged({ key }: ListedVersion, look: ObjectLook): JudgedObject {
  return { ...look, key, tagged: look.tagCount > 0 };
}

/** What decides about an object beside its name. */
function kindOf({ encryption = "", keyArn = "", bucketKey, tagCount }: ObjectLook): string {
  return [encryption, keyArn, bucketKey, tagCount > 0].join(" ");
}

function distinct(obstacles: readonly ReplicationObstacle[]): readonly ReplicationObstacle[] {
  return [...new Map(obstacles.map((one) => [one.fix + one.what, one])).values()];
}

export function bucketView({ bucket, account, region }: TopologyBucket): ReplicatedBucket {
  return { bucket, account: account.id, region };
}

/** Whether something keeps objects from arriving, now or when the next one is written. */
export function hasFailed({ obstacles, counts, unknown }: ReplicationStatus): boolean {
  return obstacles.length + counts.failed + unknown.length > 0;
}
