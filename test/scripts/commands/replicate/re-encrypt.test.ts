import { reEncryptObjects } from "../../../../scripts/commands/replicate/re-encrypt";
import { replicateExisting } from "../../../../scripts/commands/replicate/existing";
import { resolveTopology } from "../../../../topology";
import { FakeClock } from "../../fake-aws/fake-clock";
import { FakeBuckets, keyArnOf, SRC } from "./lib/fake-buckets";

/** `keyferry replicate re-encrypt`: one job for each source whose rules ask for it. */

const to = [{ account: "prod", regions: ["eu-central-1"] }];
const existing = { account: "builder", region: "us-east-2", existing: true, key: "alias/documents" };
const TOPOLOGY = resolveTopology({
  name: "acme",
  accounts: { builder: { id: SRC }, prod: { id: "222222222222" } },
  buckets: {
    documents: {
      from: { ...existing, bucket: "acme-documents", otherKeys: ["alias/other"] },
      to,
      filter: { prefix: "2026/" },
      existingObjects: "re-encrypt",
    },
    logs: { from: { ...existing, bucket: "acme-logs" }, to },
  },
});

let buckets: FakeBuckets;
beforeEach(() => {
  buckets = new FakeBuckets();
});

const context = (more: object = {}) => ({
  topology: TOPOLOGY,
  aws: buckets.access(),
  clock: new FakeClock(),
  seen: () => undefined,
  ...more,
});

test("a job re-encrypts objects with SSE-S3 or another key under the source's key, only for rules that request it", async () => {
  const results = await reEncryptObjects(context());
  expect(results).toMatchObject([{ rules: ["documents"], job: "job-1", status: "Complete", joined: false }]);
  expect(buckets.requests).toMatchObject([
    {
      bucketArn: "arn:aws:s3:::acme-documents",
      roleArn: `arn:aws:iam::${SRC}:role/keyferry-acme-existing-acme-documents`,
      prefixes: ["2026/"],
      work: {
        operation: "re-encrypt",
        keyArn: keyArnOf("alias/documents", SRC),
        bucketKey: true,
        otherKeyArns: [keyArnOf("alias/other", SRC)],
      },
    },
  ]);
});

test("a job in progress is joined, and a later one is a new job", async () => {
  const { progress } = buckets;
  buckets.progress = (job) => ({ ...job, status: "Active" });
  await reEncryptObjects(context({ wait: false }));
  buckets.progress = progress;
  expect((await reEncryptObjects(context()))[0]).toMatchObject({ job: "job-1", joined: true });
  expect((await reEncryptObjects(context()))[0]).toMatchObject({ job: "job-2", joined: false });
});

test("is not confused with the replication job, which selects only objects that are under a key by then", async () => {
  buckets.progress = (job) => ({ ...job, status: "Active" });
  await reEncryptObjects(context({ wait: false }));
  await replicateExisting(context({ wait: false }));
  expect(buckets.requests.map(({ work }) => work)).toMatchObject([
    { operation: "re-encrypt" },
    { operation: "replicate", underKeysOnly: true },
    { operation: "replicate", underKeysOnly: false },
  ]);
});

test("a source without the key that the topology names is reported, and no job is created", async () => {
  const access = buckets.access();
  const without = {
    ...access,
    keys: () => ({ ...access.keys(TOPOLOGY.buckets[0]!.from), describeKey: async () => undefined }),
  };
  await expect(reEncryptObjects(context({ aws: without }))).rejects.toMatchObject({
    code: "KeyNotFound",
    message: `account ${SRC} has no key alias/other in us-east-2`,
  });
  expect(buckets.requests).toEqual([]);
});
