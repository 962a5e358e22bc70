import { DeleteObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  type CreateJobRequest,
  DeleteJobTaggingCommand,
  DescribeJobCommand,
  GetJobTaggingCommand,
  ListJobsCommand,
  PutJobTaggingCommand,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
} from "@aws-sdk/client-s3-control";
import { BATCH, BATCH_ROLE } from "./lib/replicated-bucket";
import { DST, FRANKFURT, IRELAND, SRC, refusalOf } from "./lib/stage";
import {
  bucket,
  control,
  create,
  describeJob,
  generator,
  minutes,
  reportOf,
  request,
  stage,
  statusOf,
  useBatch,
} from "./lib/batch-stage";

/** S3 Batch Operations with S3 Control's API, called with AWS's SDK. */

useBatch();

describe("a job that replicates objects from before the rules", () => {
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

  test("includes versions that are not current, and objects whose live replication failed", async () => {
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

  test("cannot replicate again what was permanently deleted at the destination, and does not change existing replicas", async () => {
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

describe("the role of a job", () => {
  const NOTHING = { Action: "s3:ListAllMyBuckets", Resource: "*" };
  test.each<[keyof typeof BATCH, string]>([
    ["rules", "s3:GetReplicationConfiguration"],
    ["inventory", "s3:PutInventoryConfiguration"],
    ["report", "s3:PutObject"],
  ])("without %s the job fails and reports %s", async (left, action) => {
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

  test("must trust Batch Operations, not S3", async () => {
    bucket.batchRole(BATCH, "s3.amazonaws.com");
    const id = await create();
    await minutes();
    expect((await describeJob(id))?.FailureReasons?.[0]?.FailureCode).toBe("AssumeRoleNotPermitted");
  });
});

describe("the creator of a job", () => {
  const ROLE = { Action: "iam:PassRole", Resource: BATCH_ROLE };
  test("needs s3:CreateJob and the permission to pass the role to Batch Operations", async () => {
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

  test("sees and changes only jobs of its own account and Region", async () => {
    const JobId = await create();
    expect(await refusalOf(control(DST).send(new DescribeJobCommand({ AccountId: SRC, JobId })))).toMatch(
      /^AccessDenied/,
    );
    expect(
      await refusalOf(control(SRC, FRANKFURT).send(new DescribeJobCommand({ AccountId: SRC, JobId }))),
    ).toBe("NotFoundException: No such job");
  });
});

test("the same token creates one job; with other parameters it is refused", async () => {
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
])("is refused immediately: %s", async (refusal, more) => {
  expect(await refusalOf(create(more))).toContain(refusal);
});

test("a job continues in a cloud that is loaded from a dump", async () => {
  const id = await create();
  await stage.clock.advance(20);
  const state: Buffer = await stage.control("GET", "state");
  await stage.control("PUT", "state", state);
  await minutes();
  expect((await describeJob(id))?.Status).toBe("Complete");
});
