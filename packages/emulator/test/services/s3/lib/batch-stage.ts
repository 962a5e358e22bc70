import { GetObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  type CreateJobRequest,
  DescribeJobCommand,
  type JobManifestGeneratorFilter,
  S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { type Credentials, administratorOf } from "../../../lib/cloud";
import { BATCH_ROLE, REPORTS, SOURCE, replicatedBucket } from "./replicated-bucket";
import { IRELAND, SRC, type Stage, startStage } from "./stage";

/** S3 Batch Operations with S3 Control's API, called with AWS's SDK. */

export let stage: Stage;
export let bucket: Awaited<ReturnType<typeof replicatedBucket>>;
let back: () => Promise<void>;
const clients: S3ControlClient[] = [];

/** Call this once in a file: the stage of its tests, reset before each of them. */
export function useBatch(): void {
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
}

export function control(who: string | Credentials = SRC, region = IRELAND): S3ControlClient {
  const client = new S3ControlClient({
    region,
    credentials: typeof who === "string" ? administratorOf(who) : who,
    maxAttempts: 1,
    // 127.0.0.1 with an account in front of it is not a host name.
    endpointProvider: () => ({ url: new URL(stage.url) }),
  });
  clients.push(client);
  return client;
}

export const generator = (Filter?: JobManifestGeneratorFilter): Partial<CreateJobRequest> => ({
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
export const request = (more: Partial<CreateJobRequest> = {}): CreateJobRequest => ({
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
export const create = async (more: Partial<CreateJobRequest> = {}) =>
  (await control().send(new CreateJobCommand(request(more)))).JobId ?? "";
export const describeJob = async (JobId: string) =>
  (await control().send(new DescribeJobCommand({ AccountId: SRC, JobId }))).Job;
export const minutes = () => stage.clock.advance(600);
export const statusOf = async (Key: string) =>
  (await stage.head(stage.s3(), "source", Key)).ReplicationStatus;
export const read = async (Key: string) =>
  (await stage.s3().send(new GetObjectCommand({ Bucket: "reports", Key }))).Body?.transformToString() ?? "";

/** The rows of a job's report. */
export async function reportOf(job: string): Promise<readonly string[]> {
  const { Results } = JSON.parse(await read(`replication/job-${job}/manifest.json`)) as {
    Results: { Key: string }[];
  };
  const rows: string[] = [];
  for (const { Key } of Results) rows.push(...(await read(Key)).trim().split("\n"));
  return rows;
}
