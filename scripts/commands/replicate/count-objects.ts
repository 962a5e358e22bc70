import { concurrently } from "../../engine/concurrently";
import type { ReplicationCounts, ReplicationFailure } from "../../engine/results";
import type { ListedVersion, ObjectLook } from "../../aws";
import { compareListings, type Compared } from "./compare-listings";
import type { ReplicateContext, Replication } from "./context";
import type { ReplicationFacts } from "./facts";
import { Failures } from "./failures";

/** Objects of a rule, and the failed ones by reason. */
export interface CountedObjects {
  readonly counts: ReplicationCounts;
  readonly failures: readonly ReplicationFailure[];
}

/** AWS's status of an object whose version is not in the destination -> the counter for it. */
const COUNTED: Readonly<Record<string, keyof ReplicationCounts>> = {
  PENDING: "pending",
  FAILED: "failed",
  COMPLETED: "gone",
};

/** Counts the objects of a rule by replication result, one page of both listings at a time. */
export async function countObjects(
  context: ReplicateContext,
  replication: Replication,
  facts: ReplicationFacts,
): Promise<CountedObjects> {
  const { rule, to } = replication;
  const counts = { objects: 0, replicated: 0, pending: 0, failed: 0, never: 0, gone: 0, hidden: 0 };
  const failures = new Failures(context.topology, replication, facts);
  const pages = compareListings(
    context.aws.buckets(rule.from).versions(rule.from.bucket, rule.filter.prefix),
    context.aws.buckets(to).versions(to.bucket, rule.filter.prefix),
  );
  for await (const page of pages) {
    const missing = await missingOf(context, replication, page);
    const replicated = page.filter(({ replica }) => replica !== undefined).length;
    counts.objects += replicated + missing.length;
    counts.replicated += replicated;
    for (const { object, look } of missing) {
      if (look.customerKey === true) {
        counts[failures.addRefused(object, look) ? "failed" : "hidden"] += 1;
        continue;
      }
      counts[COUNTED[look.replicationStatus ?? ""] ?? "never"] += 1;
      if (look.replicationStatus === "FAILED") failures.add(object, look);
    }
  }
  return { counts, failures: failures.all };
}

/** The rule's objects of a page that are not in the destination, without deleted objects and replicas. */
async function missingOf(
  context: ReplicateContext,
  replication: Replication,
  page: readonly Compared[],
): Promise<readonly { readonly object: ListedVersion; readonly look: ObjectLook }[]> {
  const missing = page.filter(({ replica }) => replica === undefined);
  const looks = await concurrently(missing, async ({ object }) => {
    const look = await lookAt(context, replication, object);
    return look === undefined ? [] : [{ object, look }];
  });
  return looks.flat();
}

/** Undefined for objects that the rule does not replicate. */
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
