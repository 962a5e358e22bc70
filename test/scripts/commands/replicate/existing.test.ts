import { replicateExisting } from "../../../../scripts/commands/replicate/existing";
import { jobHasFailed } from "../../../../scripts/commands/replicate/source-job";
import type { ReplicationJobResult } from "../../../../scripts/engine/results";
import { resolveTopology } from "../../../../topology";
import { FakeClock } from "../../fake-aws/fake-clock";
import { FakeBuckets, SRC, TOPOLOGY } from "./lib/fake-buckets";

/** `keyferry replicate existing`: one job for each source bucket. */

let buckets: FakeBuckets;
let seen: ReplicationJobResult[];
beforeEach(() => {
  buckets = new FakeBuckets();
  seen = [];
});

const run = (more: object = {}) =>
  replicateExisting({
    topology: TOPOLOGY,
    aws: buckets.access(),
    clock: new FakeClock(),
    seen: (result) => seen.push(result),
    ...more,
  });

test("creates a job with the bucket's role for objects without a rule so far and failed ones, and waits for its end", async () => {
  const steps = ["Preparing", "Active", "Complete"];
  buckets.progress = (job) => ({ ...job, status: steps.shift() ?? "Complete", total: 2, succeeded: 2 });
  const results = await run();
  expect(buckets.requests).toMatchObject([
    {
      bucketArn: "arn:aws:s3:::acme-documents",
      roleArn: `arn:aws:iam::${SRC}:role/keyferry-acme-existing-acme-documents`,
      work: { operation: "replicate", statuses: ["NONE", "FAILED"], underKeysOnly: false },
      tags: { "keyferry:topology": "acme" },
    },
  ]);
  expect(buckets.requests[0]?.prefixes).toBeUndefined();
  expect(seen.map(({ status }) => status)).toEqual(["Preparing", "Active", "Complete"]);
  expect(results).toMatchObject([{ job: "job-1", joined: false, status: "Complete", succeeded: 2 }]);
  expect(results.some(jobHasFailed)).toBe(false);
});

test("joins its own job that has not ended, and creates a new one after the last has ended", async () => {
  const { progress } = buckets;
  buckets.progress = (job) => ({ ...job, status: "Active" });
  await run({ wait: false });
  buckets.progress = progress;
  expect((await run())[0]).toMatchObject({ job: "job-1", joined: true });
  expect((await run())[0]).toMatchObject({ job: "job-2", joined: false });
  expect(new Set(buckets.requests.map(({ token }) => token)).size).toBe(2);
  for (const { token } of buckets.requests) expect(token.length).toBeLessThanOrEqual(64);
});

test("repeats the call with the same token if the response was lost", async () => {
  const access = buckets.access();
  const jobs = access.jobs;
  let lost = true;
  const losing = {
    ...access,
    jobs: (place: Parameters<typeof jobs>[0]) => ({
      ...jobs(place),
      create: async (request: Parameters<ReturnType<typeof jobs>["create"]>[0]) => {
        const id = await jobs(place).create(request);
        if (!lost) return id;
        lost = false;
        throw new Error("answer lost");
      },
      // What was created just now is not listed yet.
      list: async () => [],
    }),
  };
  await expect(run({ aws: losing })).rejects.toThrow("answer lost");
  expect((await run({ aws: losing }))[0]).toMatchObject({ job: "job-1" });
  expect(buckets.jobs).toHaveLength(1);
});

test("with --failed it selects only failed objects, limited to a rule's prefix", async () => {
  const topology = resolveTopology({
    name: "acme",
    accounts: { builder: { id: SRC }, prod: { id: "222222222222" } },
    buckets: {
      logs: {
        from: { account: "builder", region: "us-east-2", bucket: "acme-documents" },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
        filter: { prefix: "logs/" },
      },
      other: {
        from: { account: "builder", region: "us-east-2", bucket: "acme-other" },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
        existingObjects: "leave",
      },
    },
  });
  const results = await run({ topology, failedOnly: true });
  expect(buckets.requests).toMatchObject([{ work: { statuses: ["FAILED"] }, prefixes: ["logs/"] }]);
  expect(results.map(({ rules }) => rules)).toEqual([["logs"]]);
});

test("a job that finds nothing is not a failure", async () => {
  const reason = "Manifest generation found no keys matching the filter criteria.";
  buckets.progress = (job) => ({ ...job, status: "Failed", failures: [{ code: "x", reason }] });
  const results = await run();
  expect(results).toMatchObject([{ status: "Nothing", failures: [] }]);
  expect(results.some(jobHasFailed)).toBe(false);
});

test.each([
  [
    "a job that may not read",
    "User: x is not authorized to perform: s3:PutInventoryConfiguration",
    "npx keyferry deploy",
  ],
  ["a job that was stopped", "Something else", "S3 console"],
])("%s names the account that must act", async (_what, reason, fix) => {
  buckets.progress = (job) => ({ ...job, status: "Failed", failures: [{ code: "x", reason }] });
  const results = await run();
  expect(results[0]?.failures[0]?.fix).toContain(`account ${SRC}`);
  expect(results[0]?.failures[0]?.fix).toContain(fix);
  expect(results.some(jobHasFailed)).toBe(true);
});
