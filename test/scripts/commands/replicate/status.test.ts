import { hasFailed, replicationStatus } from "../../../../scripts/commands/replicate/status";
import { replicationText } from "../../../../scripts/report/replication-text";
import { DST, FakeBuckets, keyArnOf, SRC, TOPOLOGY } from "./lib/fake-buckets";

/** `keyferry replicate status`, on buckets as the foundation creates them. */

let buckets: FakeBuckets;
beforeEach(() => {
  buckets = new FakeBuckets();
});

async function look() {
  const [status] = await replicationStatus({ topology: TOPOLOGY, aws: buckets.access() });
  if (status === undefined) throw new TypeError("no status");
  return status;
}

test("counts objects by replication result, and reads only those that are not in the destination", async () => {
  for (const key of ["a", "b", "c", "d"]) buckets.put(key, "replicated");
  buckets.put("e", "missing", { replicationStatus: "PENDING" });
  buckets.put("f", "missing", {});
  buckets.put("g", "missing", { replicationStatus: "COMPLETED" });
  buckets.put("h", "missing", { replicationStatus: "REPLICA" });
  const status = await look();
  expect(status).toMatchObject({
    rule: "documents",
    ruleId: "documents.acme-replicas",
    source: { bucket: "acme-documents", account: SRC, region: "us-east-2" },
    destination: { bucket: "acme-replicas", account: DST, region: "eu-central-1" },
    obstacles: [],
    failures: [],
    unknown: [],
    counts: { objects: 7, replicated: 4, pending: 1, failed: 0, never: 1, gone: 1 },
  });
  expect(hasFailed(status)).toBe(false);
  expect(buckets.calls.get("head")).toBe(4);
  expect(replicationText([status])).toContain("keyferry replicate existing");
});

describe("objects under a customer-provided key (SSE-C), whose status S3 does not show", () => {
  beforeEach(() => buckets.put("a", "missing", { customerKey: true }));

  test("are failed if the destination blocks SSE-C, which is reported once, with the fix", async () => {
    const status = await look();
    expect(status.counts).toMatchObject({ objects: 1, failed: 1, hidden: 0 });
    const [failure] = status.failures;
    expect(failure).toMatchObject({ example: "a", obstacles: [{ reason: "DstPutObjectNotPermitted" }] });
    expect(failure?.obstacles[0]?.what).toContain("(SSE-C)");
    expect(failure?.obstacles[0]?.fix).toContain(`account ${SRC} must copy the object onto itself`);
    expect(hasFailed(status)).toBe(true);
    buckets.destinationDefault = { ...buckets.destinationDefault, takesCustomerKeys: true };
    // The policy of the foundation's bucket also denies them.
    expect((await look()).failures).toEqual(status.failures);
  });

  test("are counted separately if nothing denies them, with the reason why their status is unknown", async () => {
    buckets.destinationDefault = { ...buckets.destinationDefault, takesCustomerKeys: true };
    const policy = buckets.documents["acme-replicas"];
    if (policy === undefined) throw new TypeError("no policy");
    policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== "NoCustomerProvidedKey");
    const status = await look();
    expect(status.counts).toMatchObject({ objects: 1, failed: 0, hidden: 1 });
    expect(hasFailed(status)).toBe(false);
    expect(replicationText([status])).toContain("only with the key does S3 show");
  });
});

/** Every action that the foundation's policies allow to a replication role. */
const PARTS = Object.entries(new FakeBuckets().documents)
  .flatMap(([where, { Statement }]) =>
    Statement.filter((one) => (one as { Effect?: string }).Effect === "Allow" && one.Sid !== "Owner").flatMap(
      ({ Sid = "", Action }) => [Action].flat().map((action) => [where, Sid, action] as const),
    ),
  )
  .filter(([, , action]) => action !== "kms:GenerateDataKey");

test.each(PARTS)(
  "without %s/%s %s it names the missing half and the account that must add it",
  async (where, sid, action) => {
    const document = buckets.documents[where];
    if (document === undefined) throw new TypeError(where);
    document.Statement = document.Statement.flatMap((statement) => {
      if (statement.Sid !== sid) return [statement];
      const Action = [statement.Action].flat().filter((one) => one !== action);
      return Action.length === 0 ? [] : [{ ...statement, Action }];
    });
    buckets.put("failed", "missing", { replicationStatus: "FAILED", tags: { team: "web" } });
    const status = await look();
    const account = where === "role" || where === "trust" ? SRC : DST;
    expect(status.obstacles).toMatchObject([{ action, account, statement: sid }]);
    expect(status.counts.failed).toBe(1);
    expect(status.failures).toMatchObject([{ objects: 1, example: "failed" }]);
    expect(hasFailed(status)).toBe(true);
    expect(replicationText([status])).toContain(`account ${account} must allow ${action}`);
  },
);

test.each([
  [
    "SSE-S3",
    { algorithm: "AES256", bucketKey: false },
    "DstPutObjectNotPermitted",
    /is SSE-S3: .*refuses them/,
  ],
  [
    "another key",
    { algorithm: "aws:kms", key: "alias/other", bucketKey: true },
    "SrcGetObjectNotPermitted",
    /is under alias\/other, which is not a key of the rule/,
  ],
  [
    "the AWS managed key",
    { algorithm: "aws:kms", bucketKey: true },
    "SrcGetObjectNotPermitted",
    /is under the AWS managed key aws\/s3/,
  ],
])(
  "a source whose default encryption is %s is reported before an object fails",
  async (_what, given, reason, what) => {
    buckets.sourceDefault = given;
    const { obstacles } = await look();
    expect(obstacles).toEqual([
      expect.objectContaining({
        reason,
        account: SRC,
        what: expect.stringMatching(what) as string,
        fix: expect.stringContaining("must set the default encryption of acme-documents") as string,
      }),
    ]);
  },
);

test("a source's default encryption is recognised by alias, id and ARN", async () => {
  const { alias } = TOPOLOGY.buckets[0]?.from.key ?? {};
  const arn = keyArnOf(alias ?? "", SRC);
  for (const key of [alias, `arn:aws:kms:us-east-2:${SRC}:${alias}`, arn, arn.split("/").at(-1)]) {
    buckets.sourceDefault = { algorithm: "aws:kms", ...(key === undefined ? {} : { key }), bucketKey: false };
    expect((await look()).obstacles).toEqual([]);
  }
});

test("a source with Object Lock needs a rule that declares it, and a destination with Object Lock", async () => {
  buckets.withObjectLock.add("acme-documents");
  const { obstacles } = await look();
  expect(obstacles).toMatchObject([
    {
      reason: "DstBucketObjectLockConfigMissing",
      account: SRC,
      fix: expect.stringContaining("set objectLock"),
    },
    { reason: "SrcGetRetentionNotPermitted", account: SRC },
    { action: "s3:GetObjectRetention", statement: "ReadObjectLocks" },
    { action: "s3:GetObjectLegalHold", statement: "ReadObjectLocks" },
  ]);
  buckets.withObjectLock.add("acme-replicas");
  expect((await look()).obstacles.map(({ reason }) => reason)).not.toContain(
    "DstBucketObjectLockConfigMissing",
  );
});

test("a failed object that nothing denies any more is to be replicated again", async () => {
  buckets.put("failed", "missing", { replicationStatus: "FAILED" });
  const status = await look();
  expect(status.failures).toEqual([{ objects: 1, example: "failed", obstacles: [] }]);
  expect(replicationText([status])).toContain("keyferry replicate existing --failed");
});

test("objects that fail for the same reason are reported once, regardless of their names", async () => {
  for (const key of ["a", "b", "c"])
    buckets.put(key, "missing", { replicationStatus: "FAILED", encryption: "AES256", keyArn: "" });
  const { failures } = await look();
  expect(failures).toMatchObject([{ objects: 3, example: "a", obstacles: [{ account: SRC }] }]);
  expect(failures[0]?.obstacles[0]?.fix).toContain("UpdateObjectEncryption");
});

test.each([
  ["is disabled", { enabled: false }, "status is Disabled instead of Enabled"],
  ["leaves objects under KMS keys out", { kmsObjects: false }, "objects under KMS keys is off instead of on"],
  ["leaves replicas to the source", { ownerOverride: false }, "change of owner is off instead of on"],
  ["names another key", { replicaKey: keyArnOf("alias/other", DST) }, "replica key is"],
  ["has another name", { id: "other" }, "no replication rule documents.acme-replicas"],
])("a rule that %s is reported, with the account to deploy", async (_what, changed, text) => {
  buckets.rule = { ...buckets.rule, ...changed };
  const { obstacles } = await look();
  expect(obstacles.map(({ what }) => what).join()).toContain(text);
  expect(obstacles[0]).toMatchObject({
    account: SRC,
    fix: expect.stringContaining("npx keyferry deploy") as string,
  });
});

test("a key that is not enabled is reported with its account", async () => {
  const key = keyArnOf("alias/keyferry/acme/buckets", DST);
  buckets.keyStates = { [key]: "PendingDeletion" };
  const { obstacles } = await look();
  expect(obstacles).toMatchObject([
    { reason: "DstKmsKeyInvalidState", account: DST, what: `the key ${key} is PendingDeletion` },
  ]);
});

test("an unknown rule name is refused with the nearest existing name", async () => {
  await expect(
    replicationStatus({ topology: TOPOLOGY, aws: buckets.access(), rule: "document" }),
  ).rejects.toMatchObject({ problems: [{ fix: "did you mean documents?" }] });
});
