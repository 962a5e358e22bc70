import fs from "node:fs";
import path from "node:path";
import { AwsCallError, type DeployerAccess } from "../../../scripts/aws";
import { replacedReplication } from "../../../scripts/cli/stacks/replaced-replication";
import type { Change } from "../../../scripts/terraform/machine-output";
import { synthesise, synthSettings } from "../../../stacks";
import { temporaryDirectory } from "../../_helpers/synthesised";
import { buckets } from "../../_helpers/topologies";

const TYPE = "aws_s3_bucket_replication_configuration";
const OURS = "arn:aws:iam::111111111111:role/keyferry-files-replicate-acme-logs";
const THEIRS = "arn:aws:iam::111111111111:role/service-role/s3crr_role_for_acme-logs";

let directory: string;
let stack: { name: string; directory: string; dependencies: readonly string[] };
beforeAll(() => {
  directory = temporaryDirectory();
  const settings = synthSettings({}, directory);
  synthesise(buckets(), settings);
  const name = "foundation-replication-builder";
  stack = { name, directory: path.join(settings.outdir, "stacks", name), dependencies: [] };
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

/** What a plan creates: the replication of every bucket of the stack. */
function changes(action: "create" | "update"): readonly Change[] {
  const { resource } = JSON.parse(fs.readFileSync(path.join(stack.directory, "cdk.tf.json"), "utf8")) as {
    resource: Record<string, object>;
  };
  return Object.keys(resource[TYPE] ?? {}).map((name) => ({
    address: `${TYPE}.${name}`,
    type: TYPE,
    action,
  })) as unknown as readonly Change[];
}

/** The refusals of a plan, with AWS's response for the existing bucket. */
async function refusals(answer: () => Promise<string | undefined>, action: "create" | "update" = "create") {
  const asked: string[] = [];
  const deployer = {
    bucketReplication: () => ({
      roleOf: (bucket: string) => {
        asked.push(bucket);
        return answer();
      },
    }),
  } as unknown as DeployerAccess;
  const check = replacedReplication(buckets(), () => deployer);
  const found = await check(stack, { changes: changes(action), awaits: [] });
  return { asked, summaries: found.map(({ summary }) => summary) };
}

test("replication rules with another role are not replaced, and buckets of the foundation are not read", async () => {
  expect(await refusals(() => Promise.resolve(THEIRS))).toEqual({
    asked: ["acme-logs"],
    summaries: [`acme-logs replicates already, by ${THEIRS}, and this would replace all of its rules`],
  });
});

test("a bucket without replication or with Keyferry's role passes, and so does an update in Terraform", async () => {
  expect((await refusals(() => Promise.resolve(undefined))).summaries).toEqual([]);
  expect((await refusals(() => Promise.resolve(OURS))).summaries).toEqual([]);
  expect(await refusals(() => Promise.resolve(THEIRS), "update")).toEqual({ asked: [], summaries: [] });
});

test("a bucket that cannot be read is left to Terraform", async () => {
  const site = { operation: "GetBucketReplication", account: "111111111111", region: "us-east-2" };
  const denied = () =>
    Promise.reject(new AwsCallError(site, { code: "AccessDenied", message: "denied", transient: false }));
  expect((await refusals(denied)).summaries).toEqual([]);
});
