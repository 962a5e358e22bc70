import type { ListedVersion, ObjectLook } from "../../aws";
import { concurrently } from "../../engine/concurrently";
import type { ReplicaProblem, ReplicaVerification } from "../../engine/results";
import { compareListings, type Compared } from "./compare-listings";
import { replicationsOf, type ReplicateContext, type Replication } from "./context";
import { bucketView } from "./bucket-view";

/** How far a rule was verified for one destination: where a resumed verification continues. */
export interface VerifiedSoFar extends Pick<
  ReplicaVerification,
  "objects" | "verified" | "problems" | "waiting"
> {
  /** Key of the last object that was compared; absent at the beginning. */
  readonly after?: string;
  /** Whether all objects were compared. */
  readonly done: boolean;
}

export interface VerifyContext extends ReplicateContext {
  /** Where an earlier verification stopped, by id of the rule in S3. @default - at the beginning */
  readonly resumed?: Readonly<Record<string, VerifiedSoFar>>;
  /** Called for each page of objects, after its problems. */
  readonly verified: (ruleId: string, soFar: VerifiedSoFar) => void;
  /** Called for every problem; there may be as many as objects. */
  readonly found: (problem: ReplicaProblem) => void;
}

/** The most problems in the result itself. */
const EXAMPLES = 20;

/**
 * Compares every current object of each source with its replica: its existence, size, ETag (if comparable),
 * tags, owner and key. Reads both listings side by side, and the headers of both versions; never their content.
 */
export async function verifyReplicas(context: VerifyContext): Promise<readonly ReplicaVerification[]> {
  const results: ReplicaVerification[] = [];
  for (const replication of replicationsOf(context)) results.push(await verifyOne(context, replication));
  return results;
}

async function verifyOne(context: VerifyContext, replication: Replication): Promise<ReplicaVerification> {
  const { rule, to } = replication;
  const { prefix } = rule.filter;
  const resumed = context.resumed?.[to.ruleId];
  let soFar: VerifiedSoFar = resumed ?? { objects: 0, verified: 0, problems: 0, waiting: 0, done: false };
  const examples: ReplicaProblem[] = [];
  const [source, destination] = [context.aws.buckets(rule.from), context.aws.buckets(to)];
  const wanted: Wanted = {
    keyArn: (await context.aws.keys(to).describeKey(to.key.alias))?.arn,
    owner: await destination.ownerOf(to.bucket),
    takesCustomerKeys: (await destination.defaultEncryption(to.bucket)).takesCustomerKeys === true,
  };
  const pages = soFar.done
    ? []
    : compareListings(
        source.versions(rule.from.bucket, prefix, soFar.after),
        destination.versions(to.bucket, prefix, soFar.after),
      );
  for await (const page of pages) {
    const verdicts = await concurrently(page, (compared) =>
      verdictOf(context, replication, wanted, compared),
    );
    const counted = verdicts.filter((verdict) => verdict !== "other");
    const problems = counted.flatMap((verdict) => (typeof verdict === "string" ? [] : verdict));
    for (const problem of problems) {
      context.found(problem);
      if (examples.length < EXAMPLES) examples.push(problem);
    }
    const after = page.at(-1)?.object.key;
    soFar = {
      objects: soFar.objects + counted.length,
      verified: soFar.verified + counted.filter((one) => typeof one !== "string" && one.length === 0).length,
      problems: soFar.problems + problems.length,
      waiting: soFar.waiting + counted.filter((one) => one === "waiting").length,
      done: false,
      ...(after === undefined ? {} : { after }),
    };
    context.verified(to.ruleId, soFar);
  }
  context.verified(to.ruleId, { ...soFar, done: true });
  const { objects, verified, problems, waiting } = soFar;
  return {
    ...{ rule: rule.name, source: bucketView(rule.from), destination: bucketView(to) },
    ...{ objects, verified, problems, waiting, examples },
  };
}

interface Wanted {
  /** ARN of the key of replicas; undefined if it does not exist. */
  readonly keyArn: string | undefined;
  /** Canonical user id of the destination's owner. */
  readonly owner: string | undefined;
  /** Whether the destination accepts replicas under customer-provided keys (SSE-C). */
  readonly takesCustomerKeys: boolean;
}

/** `waiting`: in progress, or no rule applied so far. `other`: not an object of the rule. Otherwise the problems, possibly none. */
type Verdict = "waiting" | "other" | readonly ReplicaProblem[];

async function verdictOf(
  { aws }: VerifyContext,
  { rule, to }: Replication,
  wanted: Wanted,
  { object, replica }: Compared,
): Promise<Verdict> {
  const source = aws.buckets(rule.from);
  const { key, version } = object;
  const look = await source.look(rule.from.bucket, key, version);
  if (look === undefined || look.replicationStatus === "REPLICA") return "other";
  const tags = look.tagCount === 0 ? {} : await source.tags(rule.from.bucket, key, version);
  if (Object.entries(rule.filter.tags).some(([name, value]) => tags[name] !== value)) return "other";
  const problem = (name: string, what: string): ReplicaProblem => ({
    ...{ rule: rule.name, bucket: rule.from.bucket, destination: to.bucket, key, version },
    ...{ problem: name, what },
  });
  if (replica === undefined) {
    if (look.customerKey === true && !wanted.takesCustomerKeys)
      return [problem("missing", `it is under ${CUSTOMER_KEY}, which ${to.bucket} blocks`)];
    const { replicationStatus = "NONE" } = look;
    if (replicationStatus === "PENDING" || replicationStatus === "NONE") return "waiting";
    return [problem("missing", `its status is ${replicationStatus}`)];
  }
  const there = await aws.buckets(to).look(to.bucket, key, version);
  if (there === undefined) return [problem("missing", "its replica was deleted in the meantime")];
  const replicaTags = there.tagCount === 0 ? {} : await aws.buckets(to).tags(to.bucket, key, version);
  return [
    ...(replica.size === object.size
      ? []
      : [problem("size", `${replica.size} bytes instead of ${object.size}`)]),
    ...(isComparable({ ...look, etag: object.etag }, { ...there, etag: replica.etag }) &&
    replica.etag !== object.etag
      ? [problem("etag", `${replica.etag} instead of ${object.etag}`)]
      : []),
    ...(tagText(tags) === tagText(replicaTags)
      ? []
      : [problem("tags", `${tagText(replicaTags)} instead of ${tagText(tags)}`)]),
    ...ownerProblem(replica, wanted, problem),
    ...(wanted.keyArn !== undefined && there.keyArn === wanted.keyArn
      ? []
      : [problem("key", `${keyOf(there)} instead of ${wanted.keyArn ?? "a key"}`)]),
    // S3 shows the status of such an object only to callers that have its key.
    ...(there.replicationStatus === "REPLICA" || there.customerKey === true
      ? []
      : [problem("status", `${there.replicationStatus ?? "no status"} instead of REPLICA`)]),
  ];
}

const CUSTOMER_KEY = "a key that its writer provided (SSE-C)";

function keyOf({ customerKey, keyArn, encryption }: ObjectLook): string {
  if (customerKey === true)
    return `${CUSTOMER_KEY}, like its source: S3 replicates it without decrypting it, and does not re-encrypt it under another key`;
  return keyArn ?? encryption ?? "no key";
}

function ownerProblem(
  { owner }: ListedVersion,
  wanted: Wanted,
  problem: (name: string, what: string) => ReplicaProblem,
): readonly ReplicaProblem[] {
  if (owner === undefined || wanted.owner === undefined || owner === wanted.owner) return [];
  return [problem("owner", `${owner} instead of the bucket's owner ${wanted.owner}`)];
}

/**
 * An ETag is the MD5 of an object's content only under SSE-S3, and only if the object was not uploaded in parts (`...-3`); otherwise ETags cannot be compared.
 * Source: S3 API reference, Object.
 */
function isComparable(
  source: ObjectLook & Pick<ListedVersion, "etag">,
  replica: ObjectLook & Pick<ListedVersion, "etag">,
): boolean {
  return [source, replica].every(({ encryption, etag }) => encryption === "AES256" && !etag.includes("-"));
}

function tagText(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? "no tags" : pairs.sort().join(", ");
}
