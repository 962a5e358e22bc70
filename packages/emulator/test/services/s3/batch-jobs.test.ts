import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  DeleteJobTaggingCommand,
  DescribeJobCommand,
  GetJobTaggingCommand,
  ListJobsCommand,
  PutJobTaggingCommand,
  S3ControlClient,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
  type CreateJobRequest,
  type JobManifestGeneratorFilter,
} from "@aws-sdk/client-s3-control";
import { administratorOf, type Credentials } from "../../lib/cloud";
import { BATCH, BATCH_ROLE, REPORTS, replicatedBucket, SOURCE } from "./lib/replicated-bucket";
import { DST, FRANKFURT, IRELAND, refusalOf, SRC, startStage, type Stage } from "./lib/stage";

/** S3 Batch Operations as S3 Control's API has them, seen by AWS's SDK. */

let stage: Stage;
let bucket: Awaited<ReturnType<typeof replicatedBucket>>;
let back: () => Promise<void>;
const clients: S3ControlClient[] = [];
beforeAll(async () => {
  stage = await startStage();
  bucket = await replicatedBucket(stage);
  bucket.replicationRole();
  bucket.batchRole();
  await stage.put(stage.s3(), "source", "old/one", bucket.underKey);
  await stage.put(stage.s3(), "source", "old/two", { ...bucket.underKey, Tagging: "team=web" });
  await bucket.configure();
  back = await stage.prepared();
});
beforeEach(async () => {
  await back();
  bucket.replicationRole();
  bucket.batchRole();
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  expect(stage.defects).toEqual([]);
  await stage.stop();
});

function control(who: string | Credentials = SRC, region = IRELAND): S3ControlClient {
  const client = new S3ControlClient({
    region,
    credentials: typeof who === "string" ? administratorOf(who) : who,
    maxAttempts: 1,
    // An account before 127.0.0.1 is no name of a host.
    endpointProvider: () => ({ url: new URL(stage.url) }),
  });
  clients.push(client);
  return client;
}

const generator = (Filter?: JobManifestGeneratorFilter): Partial<CreateJobRequest> => ({
  ManifestGenerator: {
    S3JobManifestGenerator: {
      SourceBucket: SOURCE,
      ExpectedBucketOwner: SRC,
      EnableManifestOutput: false,
      Filter: Filter ?? { EligibleForReplication: true, ObjectReplicationStatuses: ["NONE", "FAILED"] },
    },
  },
});
let count = 0;
const request = (more: Partial<CreateJobRequest> = {}): CreateJobRequest => ({
  AccountId: SRC,
  ClientRequestToken: `token-${++count}`,
  ConfirmationRequired: false,
  Operation: { S3ReplicateObject: {} },
  Priority: 1,
  RoleArn: BATCH_ROLE,
  Report: {
    Enabled: true,
    Bucket: REPORTS,
    Prefix: "replication",
    Format: "Report_CSV_20180820",
    ReportScope: "AllTasks",
  },
  ...(more.Manifest === undefined ? generator() : {}),
  ...more,
});
const create = async (more: Partial<CreateJobRequest> = {}) =>
  (await control().send(new CreateJobCommand(request(more)))).JobId ?? "";
const describeJob = async (JobId: string) =>
  (await control().send(new DescribeJobCommand({ AccountId: SRC, JobId }))).Job;
const minutes = () => stage.clock.advance(600);
const statusOf = async (Key: string) => (await stage.head(stage.s3(), "source", Key)).ReplicationStatus;
const read = async (Key: string) =>
  (await stage.s3().send(new GetObjectCommand({ Bucket: "reports", Key }))).Body?.transformToString() ?? "";

/** The rows of a job's report. */
async function reportOf(job: string): Promise<readonly string[]> {
  const { Results } = JSON.parse(await read(`replication/job-${job}/manifest.json`)) as {
    Results: { Key: string }[];
  };
  const rows: string[] = [];
  for (const { Key } of Results) rows.push(...(await read(Key)).trim().split("\n"));
  return rows;
}

describe("a job that replicates what was there before the rules", () => {
  test("goes through AWS's states and replicates under the destination's key", async () => {
    const id = await create();
    expect((await describeJob(id))?.Status).toBe("New");
    await stage.clock.advance(15);
    expect((await describeJob(id))?.Status).toBe("Preparing");
    await stage.clock.advance(30);
    expect(await describeJob(id)).toMatchObject({
      Status: "Active",
      ProgressSummary: { TotalNumberOfTasks: 2, NumberOfTasksSucceeded: 0 },
    });
    await minutes();
    expect(await describeJob(id)).toMatchObject({
      Status: "Complete",
      JobArn: `arn:aws:s3:${IRELAND}:${SRC}:job/${id}`,
      RoleArn: BATCH_ROLE,
      Operation: { S3ReplicateObject: {} },
      ManifestGenerator: {
        S3JobManifestGenerator: { Filter: { ObjectReplicationStatuses: ["NONE", "FAILED"] } },
      },
      ProgressSummary: { TotalNumberOfTasks: 2, NumberOfTasksSucceeded: 2, NumberOfTasksFailed: 0 },
    });
    expect([await statusOf("old/one"), await statusOf("old/two")]).toEqual(["COMPLETED", "COMPLETED"]);
    expect(await stage.head(stage.s3(DST, FRANKFURT), "target", "old/one")).toMatchObject({
      ReplicationStatus: "REPLICA",
      SSEKMSKeyId: bucket.keys.to,
    });
    const rows = await reportOf(id);
    expect(rows.map((row) => row.split(",").slice(0, 2).join(" "))).toEqual([
      "source old/one",
      "source old/two",
    ]);
    expect(rows[0]).toMatch(/,succeeded,200,,"Successful"$/);
  });

  test("includes versions that are not current, and what live replication has failed", async () => {
    bucket.replicationRole(false);
    await stage.put(stage.s3(), "source", "failed", bucket.underKey);
    await minutes();
    expect(await statusOf("failed")).toBe("FAILED");
    bucket.replicationRole();
    await stage.put(stage.s3(), "source", "old/one", bucket.underKey);
    await minutes();
    const id = await create();
    await minutes();
    expect((await describeJob(id))?.ProgressSummary?.TotalNumberOfTasks).toBe(3);
    expect(await statusOf("failed")).toBe("COMPLETED");
    const { Versions = [] } = await stage
      .s3(DST, FRANKFURT)
      .send(new ListObjectVersionsCommand({ Bucket: "target" }));
    expect(Versions.filter(({ Key }) => Key === "old/one")).toHaveLength(2);
  });

  test("ends with failed tasks where the replication role lacks a permission, and its report has AWS's reason", async () => {
    bucket.replicationRole(false);
    const id = await create({
      Report: { ...request().Report, Enabled: true, ReportScope: "FailedTasksOnly" },
    });
    await minutes();
    expect(await describeJob(id)).toMatchObject({
      Status: "Complete",
      ProgressSummary: { NumberOfTasksSucceeded: 0, NumberOfTasksFailed: 2 },
    });
    const rows = await reportOf(id);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toContain(",failed,403,DstPutObjectNotPermitted,");
  });

  test("cannot replicate again what was deleted for good at the destination, and leaves what is there", async () => {
    await create();
    await minutes();
    const away = stage.s3(DST, FRANKFURT);
    const { VersionId } = await stage.head(away, "target", "old/one");
    await away.send(new DeleteObjectCommand({ Bucket: "target", Key: "old/one", VersionId }));
    const id = await create(
      generator({ EligibleForReplication: true, ObjectReplicationStatuses: ["COMPLETED"] }),
    );
    await minutes();
    expect((await describeJob(id))?.ProgressSummary).toMatchObject({
      NumberOfTasksSucceeded: 1,
      NumberOfTasksFailed: 1,
    });
    expect((await reportOf(id)).find((row) => row.includes("failed"))).toContain("DstObjectHardDeleted");
  });
});

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

describe("a manifest of one's own", () => {
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
    ["has other fields than it says", "source\n", {}, "Line 1 of the manifest"],
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

describe("the role of a job", () => {
  const NOTHING = { Action: "s3:ListAllMyBuckets", Resource: "*" };
  test.each<[keyof typeof BATCH, string]>([
    ["rules", "s3:GetReplicationConfiguration"],
    ["inventory", "s3:PutInventoryConfiguration"],
    ["report", "s3:PutObject"],
  ])("without %s the job fails and names %s", async (left, action) => {
    bucket.batchRole({ ...BATCH, [left]: NOTHING });
    const id = await create();
    await minutes();
    const job = await describeJob(id);
    expect(job?.Status).toBe("Failed");
    expect(job?.FailureReasons?.[0]?.FailureReason).toContain(action);
  });

  test("without the permission to initiate, every task fails", async () => {
    bucket.batchRole({ ...BATCH, initiate: NOTHING });
    const id = await create();
    await minutes();
    expect((await reportOf(id))[0]).toContain(",failed,403,InitiateReplicationNotPermitted,");
  });

  test("has to trust Batch Operations, and not S3", async () => {
    bucket.batchRole(BATCH, "s3.amazonaws.com");
    const id = await create();
    await minutes();
    expect((await describeJob(id))?.FailureReasons?.[0]?.FailureCode).toBe("AssumeRoleNotPermitted");
  });
});

describe("who makes jobs", () => {
  const ROLE = { Action: "iam:PassRole", Resource: BATCH_ROLE };
  test("needs s3:CreateJob and may pass the role to Batch Operations", async () => {
    const passes = {
      ...ROLE,
      Condition: { StringEquals: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" } },
    };
    const session = await stage.roleWith("maker", { Action: "s3:CreateJob" }, passes);
    await expect(control(session).send(new CreateJobCommand(request()))).resolves.toMatchObject({
      JobId: expect.any(String) as string,
    });
  });

  test.each([
    ["s3:CreateJob", [ROLE]],
    ["iam:PassRole", [{ Action: "s3:CreateJob" }]],
    [
      "s3:CreateJob",
      [
        ROLE,
        {
          Action: "s3:CreateJob",
          Condition: { StringEquals: { "s3:RequestJobOperation": "S3PutObjectCopy" } },
        },
      ],
    ],
  ])("is refused without %s", async (action, statements) => {
    const session = await stage.roleWith("maker", ...statements);
    expect(await refusalOf(control(session).send(new CreateJobCommand(request())))).toContain(action);
  });

  test("sees and changes jobs of its own account and Region alone", async () => {
    const JobId = await create();
    expect(await refusalOf(control(DST).send(new DescribeJobCommand({ AccountId: SRC, JobId })))).toMatch(
      /^AccessDenied/,
    );
    expect(
      await refusalOf(control(SRC, FRANKFURT).send(new DescribeJobCommand({ AccountId: SRC, JobId }))),
    ).toBe("NotFoundException: No such job");
  });
});

test("the same token makes one job; with other parameters it is refused", async () => {
  const same = request();
  const first = await control().send(new CreateJobCommand(same));
  const second = await control().send(new CreateJobCommand(same));
  expect(second.JobId).toBe(first.JobId);
  expect(await refusalOf(control().send(new CreateJobCommand({ ...same, Priority: 2 })))).toMatch(
    /^IdempotencyException/,
  );
});

test("a job that waits for a confirmation runs when it is confirmed, and not when it is cancelled", async () => {
  const confirmed = await create({ ConfirmationRequired: true });
  const cancelled = await create({ ConfirmationRequired: true });
  await minutes();
  expect(await describeJob(confirmed)).toMatchObject({
    Status: "Suspended",
    SuspendedDate: expect.any(Date) as Date,
  });
  const update = (JobId: string, RequestedJobStatus: "Ready" | "Cancelled") =>
    control().send(new UpdateJobStatusCommand({ AccountId: SRC, JobId, RequestedJobStatus }));
  await update(confirmed, "Ready");
  await update(cancelled, "Cancelled");
  await minutes();
  expect((await describeJob(confirmed))?.Status).toBe("Complete");
  expect((await describeJob(cancelled))?.Status).toBe("Cancelled");
  expect(await refusalOf(update(cancelled, "Ready"))).toMatch(/^JobStatusException/);
});

test("jobs are listed by state, page by page; their priority and their tags are changed", async () => {
  const first = await create({ Tags: [{ Key: "team", Value: "web" }], Description: "first" });
  await minutes();
  const second = await create();
  const list = (more: object = {}) => control().send(new ListJobsCommand({ AccountId: SRC, ...more }));
  expect((await list()).Jobs?.map(({ JobId }) => JobId)).toEqual([second, first]);
  expect((await list({ JobStatuses: ["Complete", "Failed"] })).Jobs).toMatchObject([
    { JobId: first, Description: "first", Operation: "S3ReplicateObject" },
  ]);
  const { NextToken } = await list({ MaxResults: 1 });
  expect((await list({ MaxResults: 1, NextToken })).Jobs?.map(({ JobId }) => JobId)).toEqual([first]);
  const job = { AccountId: SRC, JobId: second };
  await control().send(new UpdateJobPriorityCommand({ ...job, Priority: 7 }));
  expect((await describeJob(second))?.Priority).toBe(7);
  await control().send(new PutJobTaggingCommand({ ...job, Tags: [{ Key: "a", Value: "b" }] }));
  expect((await control().send(new GetJobTaggingCommand(job))).Tags).toEqual([{ Key: "a", Value: "b" }]);
  await control().send(new DeleteJobTaggingCommand(job));
  expect((await control().send(new GetJobTaggingCommand(job))).Tags ?? []).toEqual([]);
});

test.each<[string, Partial<CreateJobRequest>]>([
  ["InvalidRequest: a Report that is enabled", { Report: { Enabled: true } }],
  ["InvalidRequest: RoleArn", { RoleArn: "batch" }],
  ["InvalidRequest: exactly one of Manifest", { ManifestGenerator: undefined }],
  ["NotImplemented", { Operation: { S3PutObjectTagging: { TagSet: [] } } }],
])("refuses at once: %s", async (refusal, more) => {
  expect(await refusalOf(create(more))).toContain(refusal);
});

test("a job goes on in a cloud that is loaded", async () => {
  const id = await create();
  await stage.clock.advance(20);
  const state: Buffer = await stage.control("GET", "state");
  await stage.control("PUT", "state", state);
  await minutes();
  expect((await describeJob(id))?.Status).toBe("Complete");
});
