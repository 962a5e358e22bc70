import fs from "node:fs";
import path from "node:path";
import { AwsCallError, type DeployerAccess } from "../../../scripts/aws";
import { replacedNotifications } from "../../../scripts/cli/stacks/replaced-notifications";
import type { Change } from "../../../scripts/terraform/machine-output";
import { synthesise, synthSettings } from "../../../stacks";
import { resolveTopology } from "../../../topology";
import { temporaryDirectory } from "../../_helpers/synthesised";
import { BUCKETS } from "../../_helpers/topologies";

const TYPE = "aws_s3_bucket_notification";
const { documents, back, archive } = BUCKETS.buckets;
const topology = resolveTopology({
  ...BUCKETS,
  buckets: {
    documents: {
      ...documents,
      to: [...documents.to],
      from: { ...documents.from, replicationEvents: "arn:aws:sns:us-east-2:333333333333:alarms" },
    },
    back: { ...back, to: [...back.to] },
    archive: {
      ...archive,
      from: { ...archive.from, otherKeys: [...archive.from.otherKeys] },
      to: [...archive.to],
    },
  } as never,
});

let directory: string;
let stack: { name: string; directory: string; dependencies: readonly string[] };
beforeAll(() => {
  directory = temporaryDirectory();
  const settings = synthSettings({}, directory);
  synthesise(topology, settings);
  const name = "foundation-replication-builder";
  stack = { name, directory: path.join(settings.outdir, "stacks", name), dependencies: [] };
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

async function refusals(answer: () => Promise<boolean>, action: "create" | "update" = "create") {
  const { resource } = JSON.parse(fs.readFileSync(path.join(stack.directory, "cdk.tf.json"), "utf8")) as {
    resource: Record<string, object>;
  };
  const changes = Object.keys(resource[TYPE] ?? {}).map((name) => ({
    address: `${TYPE}.${name}`,
    type: TYPE,
    action,
  })) as unknown as readonly Change[];
  const asked: string[] = [];
  const deployer = {
    bucketReplication: () => ({
      notifies: (bucket: string) => {
        asked.push(bucket);
        return answer();
      },
    }),
  } as unknown as DeployerAccess;
  const found = await replacedNotifications(topology, () => deployer)(stack, { changes, awaits: [] });
  return { asked, summaries: found.map(({ summary }) => summary) };
}

test("existing notifications of a source are not replaced", async () => {
  const { asked, summaries } = await refusals(() => Promise.resolve(true));
  expect(asked).toEqual(["acme-documents"]);
  expect(summaries).toEqual([
    expect.stringMatching(/^acme-documents has event notifications already, .* replicationEvents/),
  ]);
});

test("a source without notifications, an update, and a bucket that cannot be read are left to Terraform", async () => {
  expect((await refusals(() => Promise.resolve(false))).summaries).toEqual([]);
  expect(await refusals(() => Promise.resolve(true), "update")).toEqual({ asked: [], summaries: [] });
  const site = { operation: "GetBucketNotificationConfiguration", account: "1", region: "us-east-2" };
  const denied = () =>
    Promise.reject(new AwsCallError(site, { code: "AccessDenied", message: "denied", transient: false }));
  expect((await refusals(denied)).summaries).toEqual([]);
});
