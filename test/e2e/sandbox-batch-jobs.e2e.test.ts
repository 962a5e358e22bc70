import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  type BucketLocationConstraint,
} from "@aws-sdk/client-s3";
import { administrator } from "../../demo/clients";
import { AwsCli } from "./lib/aws-cli";
import { DST, policyOf, root, SRC, useWorkplace, whereTheCliIs } from "./lib/procedures";

/** S3 Batch Operations jobs, with clients that know only the address of the rehearsal cloud. */

jest.setTimeout(240_000);

const HOME = "eu-west-1";
const AWAY = "eu-central-1";
const ORIGINALS = "arn:aws:s3:::originals";
const REPLICAS = "arn:aws:s3:::replicas";
const BATCH = `arn:aws:iam::${SRC}:role/batch`;

const place = useWorkplace();
const s3 = (account: string, region: string) =>
  new S3Client({
    endpoint: place.cloud.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
    forcePathStyle: true,
  });

async function bucket(Bucket: string, account: string, region: string): Promise<void> {
  const client = s3(account, region);
  const LocationConstraint = region as BucketLocationConstraint;
  await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
}

async function role(RoleName: string, Service: string, ...statements: readonly object[]): Promise<void> {
  const { iam } = administrator(place.cloud.url, SRC, HOME);
  const trust = policyOf({ Principal: { Service }, Action: "sts:AssumeRole" });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const PolicyDocument = JSON.stringify(policyOf(...statements));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
}

beforeAll(async () => {
  await bucket("originals", SRC, HOME);
  await bucket("reports", SRC, HOME);
  await bucket("replicas", DST, AWAY);
  await role(
    "replication",
    "s3.amazonaws.com",
    { Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: ORIGINALS },
    { Action: "s3:GetObjectVersion*", Resource: `${ORIGINALS}/*` },
    { Action: ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"], Resource: `${REPLICAS}/*` },
  );
  await role(
    "batch",
    "batchoperations.s3.amazonaws.com",
    { Action: "s3:InitiateReplication", Resource: `${ORIGINALS}/*` },
    { Action: ["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"], Resource: ORIGINALS },
    { Action: "s3:PutObject", Resource: "arn:aws:s3:::reports/*" },
  );
  const letIn = { Principal: root(SRC), Action: "s3:Replicate*", Resource: `${REPLICAS}/*` };
  await s3(DST, AWAY).send(
    new PutBucketPolicyCommand({ Bucket: "replicas", Policy: JSON.stringify(policyOf(letIn)) }),
  );
  const put = (Key: string) =>
    s3(SRC, HOME).send(new PutObjectCommand({ Bucket: "originals", Key, Body: "content" }));
  await put("old");
  await s3(SRC, HOME).send(
    new PutBucketReplicationCommand({
      Bucket: "originals",
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${SRC}:role/replication`,
        Rules: [
          {
            ID: "all",
            Priority: 1,
            Status: "Enabled",
            Filter: {},
            DeleteMarkerReplication: { Status: "Disabled" },
            Destination: { Bucket: REPLICAS },
          },
        ],
      },
    }),
  );
});

test("boto3 creates a job, waits until it is complete, and reads its report", async () => {
  const seen = await place.boto3("batch_jobs_client.py");
  expect(seen).toMatchObject({
    status: "Complete",
    tasks: 1,
    object: "COMPLETED",
    schema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
    rows: [expect.stringMatching(/^originals,old,[^,]+,succeeded,200,,"Successful"$/) as string],
    unknown: { code: "NotFoundException", message: "No such job" },
    other: { code: "IdempotencyException" },
  });
});

whereTheCliIs(test)("the AWS CLI creates a job and shows why it failed", async () => {
  const cli = new AwsCli(place.cloud.url, SRC, HOME, { HTTP_PROXY: place.cloud.url });
  const account = ["--account-id", SRC];
  const generator = {
    S3JobManifestGenerator: {
      SourceBucket: ORIGINALS,
      EnableManifestOutput: false,
      Filter: { EligibleForReplication: true, ObjectReplicationStatuses: ["FAILED"] },
    },
  };
  const { JobId } = (await cli.run(
    ...["s3control", "create-job", ...account, "--role-arn", BATCH, "--priority", "1"],
    ...[
      "--operation",
      '{"S3ReplicateObject":{}}',
      "--report",
      '{"Enabled":false}',
      "--confirmation-required",
    ],
    ...["--manifest-generator", JSON.stringify(generator)],
  )) as { JobId: string };
  await place.cloud.clock.advance(600);
  const { Job } = await cli.run("s3control", "describe-job", ...account, "--job-id", JobId);
  expect(Job).toMatchObject({
    Status: "Failed",
    FailureReasons: [{ FailureReason: "Manifest generation found no keys matching the filter criteria." }],
  });
  const { Jobs } = await cli.run("s3control", "list-jobs", ...account, "--job-statuses", "Failed");
  expect(Jobs).toMatchObject([{ JobId, Operation: "S3ReplicateObject" }]);
  const refusal = await cli.refusal(
    ...["s3control", "update-job-status", ...account, "--job-id", JobId],
    ...["--requested-job-status", "Ready"],
  );
  expect(refusal.code).toBe("JobStatusException");
});
