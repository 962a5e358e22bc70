import { reEncryptObjects } from "../../../../scripts/commands/replicate/re-encrypt";
import { jobsText, RE_ENCRYPTED } from "../../../../scripts/report/replication-text";
import { resolveTopology } from "../../../../topology";
import { FakeClock } from "../../fake-aws/fake-clock";
import { FakeBuckets, SRC } from "./lib/fake-buckets";

/** Failed objects in the completion reports of jobs. */

const from = { account: "builder", region: "us-east-2", bucket: "acme-documents", existing: true } as const;
const topologyWith = (more: object) =>
  resolveTopology({
    name: "acme",
    accounts: { builder: { id: SRC }, prod: { id: "222222222222" } },
    buckets: {
      documents: {
        from: { ...from, key: "alias/documents", ...more },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
        existingObjects: "re-encrypt",
      },
    },
  });
const PLACE = "acme-reports/keyferry-acme/job-job-1";
const FAILED = `${PLACE.slice("acme-reports/".length)}/results/failed.csv`;

let buckets: FakeBuckets;
beforeEach(() => {
  buckets = new FakeBuckets();
  buckets.progress = (job) => ({ ...job, status: "Complete", total: 4, succeeded: 1, failed: 3 });
});

async function jobWith(more: object = { reports: "acme-reports" }) {
  const [result] = await reEncryptObjects({
    topology: topologyWith(more),
    aws: buckets.access(),
    clock: new FakeClock(),
    seen: () => undefined,
  });
  if (result === undefined) throw new TypeError("no job");
  return result;
}

test("failed objects are reported by AWS's code, with an example, AWS's words and a fix, for any order of the columns", async () => {
  const Results = [
    { TaskExecutionStatus: "succeeded", Bucket: "acme-reports", Key: "elsewhere" },
    { TaskExecutionStatus: "failed", Bucket: "acme-reports", Key: FAILED },
  ];
  buckets.texts.set(`${PLACE}/manifest.json`, JSON.stringify({ Results }));
  buckets.texts.set(
    `acme-reports/${FAILED}`,
    [
      'acme-documents,2026/a%2C+b,v1,failed,403,AccessDenied,"Access ""Denied"", it says"',
      "acme-documents,2026/c,v2,failed,AccessDenied,403,Access Denied",
      "acme-documents,2026/d,v3,failed,404,NoSuchKey,The specified key does not exist.",
      "",
    ].join("\n"),
  );
  const result = await jobWith();
  expect(buckets.requests).toMatchObject([
    { report: { bucketArn: "arn:aws:s3:::acme-reports", prefix: "keyferry-acme/" } },
  ]);
  expect(result.objectFailures).toEqual([
    {
      code: "AccessDenied",
      objects: 2,
      example: "2026/a, b",
      reason: 'Access "Denied", it says',
      fix: expect.stringMatching(/allow/) as string,
    },
    {
      code: "NoSuchKey",
      objects: 1,
      example: "2026/d",
      reason: "The specified key does not exist.",
      fix: expect.stringContaining("check the key") as string,
    },
  ]);
  const text = jobsText([result], RE_ENCRYPTED);
  expect(text).toContain("2 objects have failed, for example 2026/a, b: AccessDenied");
  expect(text).not.toContain(RE_ENCRYPTED.why);
});

test("an unreadable report is reported, and so is the job's end", async () => {
  const result = await jobWith();
  expect(result).toMatchObject({ status: "Complete", failed: 3, objectFailures: [] });
  expect(result.failures).toMatchObject([
    { reason: expect.stringContaining("the report of job job-1 in acme-reports could not be read") },
  ]);
});

test("without a report bucket jobs write no report, and the output says where to find the reasons", async () => {
  const result = await jobWith({});
  expect(buckets.requests[0]?.report).toBeUndefined();
  expect(jobsText([result], RE_ENCRYPTED)).toContain(RE_ENCRYPTED.why);
});
