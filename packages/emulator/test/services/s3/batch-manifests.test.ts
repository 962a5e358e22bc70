import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { type JobManifestGeneratorFilter } from "@aws-sdk/client-s3-control";
import { BATCH, REPORTS, SOURCE } from "./lib/replicated-bucket";
import {
  bucket,
  create,
  describeJob,
  generator,
  minutes,
  reportOf,
  stage,
  useBatch,
} from "./lib/batch-stage";
import { DST, FRANKFURT } from "./lib/stage";

/** Which objects a job of S3 Batch Operations selects. */

useBatch();

test.each<[string, JobManifestGeneratorFilter, readonly string[]]>([
  ["a prefix", { KeyNameConstraint: { MatchAnyPrefix: ["logs/", "other/"] } }, ["logs/b"]],
  ["an ending", { KeyNameConstraint: { MatchAnySuffix: ["one"] } }, ["old/one"]],
  ["a part of the name", { KeyNameConstraint: { MatchAnySubstring: ["d/t"] } }, ["old/two"]],
  ["a size", { ObjectSizeGreaterThanBytes: 7 }, ["logs/b"]],
  ["another size", { ObjectSizeLessThanBytes: 7 }, ["plain"]],
  ["a storage class", { MatchAnyStorageClass: ["GLACIER_IR"] }, ["plain"]],
  ["an encryption", { MatchAnyObjectEncryption: [{ SSES3: {} }] }, ["plain"]],
  [
    "several encryptions",
    { MatchAnyObjectEncryption: [{ DSSEKMS: {} }, { SSEKMS: {} }] },
    ["old/one", "old/two", "logs/b"],
  ],
  ["a key", { MatchAnyObjectEncryption: [{ SSEKMS: { KmsKeyArn: "arn:aws:kms:::key/other" } }] }, []],
  ["a date", { CreatedBefore: new Date("2020-01-01") }, []],
  ["not being eligible", { EligibleForReplication: false }, ["logs/b"]],
])("a generated manifest is filtered by %s", async (_what, filter, keys) => {
  await bucket.configure(
    { Filter: { Prefix: "old/" } },
    { ID: "p", Priority: 2, Filter: { Prefix: "plain" } },
  );
  await stage.put(stage.s3(), "source", "logs/b", { ...bucket.underKey, Body: "longer content" });
  await stage.put(stage.s3(), "source", "plain", { Body: "short", StorageClass: "GLACIER_IR" });
  const id = await create(generator(filter));
  await minutes();
  const job = await describeJob(id);
  if (keys.length === 0) {
    expect(job).toMatchObject({
      Status: "Failed",
      FailureReasons: [{ FailureReason: "Manifest generation found no keys matching the filter criteria." }],
    });
  } else {
    expect((await reportOf(id)).map((row) => row.split(",")[1])).toEqual(keys);
  }
});

test("objects under keys that their writers keep can be filtered by that, and are replicated without their keys", async () => {
  await stage.blockEncryption(stage.s3(), "source", "NONE");
  await stage.blockEncryption(stage.s3(DST, FRANKFURT), "target", "NONE");
  await bucket.configure({ Status: "Disabled" });
  const provided = { SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) };
  await stage.put(stage.s3(), "source", "kept", provided);
  await stage.put(stage.s3(), "source", "plain");
  await bucket.configure();
  const id = await create(generator({ MatchAnyObjectEncryption: [{ SSEC: {} }] }));
  await minutes();
  expect(await reportOf(id)).toEqual([expect.stringMatching(/^source,kept,.*,succeeded,200/)]);
  const replica = new HeadObjectCommand({ Bucket: "target", Key: "kept", ...provided });
  const { ReplicationStatus } = await stage.s3(DST, FRANKFURT).send(replica);
  expect(ReplicationStatus).toBe("REPLICA");
});

describe("a manifest in a bucket", () => {
  const csv = async (text: string) => {
    const { ETag = "" } = await stage.put(stage.s3(), "reports", "manifest.csv", { Body: text });
    return {
      Manifest: {
        Spec: {
          Format: "S3BatchOperations_CSV_20180820" as const,
          Fields: ["Bucket" as const, "Key" as const],
        },
        Location: { ObjectArn: `${REPORTS}/manifest.csv`, ETag },
      },
      ManifestGenerator: undefined,
    };
  };

  test("names the objects, whose keys are URL-encoded", async () => {
    await stage.put(stage.s3(), "source", "old/a b,c", bucket.underKey);
    const id = await create(await csv("source,old/a%20b%2Cc\nsource,not-there\n"));
    await minutes();
    expect((await describeJob(id))?.ProgressSummary).toMatchObject({ TotalNumberOfTasks: 2 });
    const rows = await reportOf(id);
    expect(rows[0]).toContain("source,old/a%20b%2Cc,,succeeded,200,,");
    expect(rows[1]).toContain("source,not-there,,failed,404,SrcObjectNotFound");
  });

  test.each([
    ["was changed meanwhile", "source,old/one\n", { ETag: '"0"' }, "ETag"],
    ["has other fields than declared", "source\n", {}, "Line 1 of the manifest"],
  ])("that %s fails the job", async (_what, text, changed, reason) => {
    const { Manifest } = await csv(text);
    const id = await create({
      Manifest: { ...Manifest, Location: { ...Manifest.Location, ...changed } },
      ManifestGenerator: undefined,
    });
    await minutes();
    expect(await describeJob(id)).toMatchObject({
      Status: "Failed",
      FailureReasons: [{ FailureReason: expect.stringContaining(reason) as string }],
    });
  });

  test("that the role may not read fails the job", async () => {
    const more = await csv("source,old/one\n");
    bucket.batchRole({ ...BATCH, manifest: { Action: "s3:GetObject", Resource: `${SOURCE}/*` } });
    const id = await create(more);
    await minutes();
    expect((await describeJob(id))?.FailureReasons?.[0]?.FailureReason).toContain("s3:GetObject");
  });
});
