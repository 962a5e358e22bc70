import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import {
  BatchReplicationRole,
  BucketReplication,
  CustomerManagedKey,
  EncryptedBucket,
  RunnerRole,
} from "../../constructs";
import { administrator } from "../../demo/clients";
import { keyReferenceId, replicatePolicy, runnerTrust, type PolicyDocument } from "../../policy";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { runCli } from "../../scripts/cli/run-cli";
import { systemHost } from "../../scripts/cli/system-host";
import type {
  ReplicaVerification,
  ReplicationJobResult,
  ReplicationStatus,
} from "../../scripts/engine/results";
import {
  batchRoleName,
  replicateAccess,
  replicateRoleName,
  resolveTopology,
  runnerAccess,
  type TopologyInput,
} from "../../topology";
import { administratorEnvironment } from "./lib/administrator-environment";
import { TerraformDirectory } from "./lib/terraform-directory";

/** `keyferry replicate` on buckets that Terraform deployed on both sides, with only the permissions of its own role. */

jest.setTimeout(600_000);

const SRC = "111111111111";
const DST = "222222222222";
const INPUT: TopologyInput = {
  name: "acme",
  accounts: { builder: { id: SRC }, prod: { id: DST } },
  buckets: {
    documents: {
      from: { account: "builder", region: "us-east-2", bucket: "acme-documents" },
      to: [{ account: "prod", regions: ["eu-central-1"], bucket: "acme-replicas" }],
      deleteMarkers: true,
    },
  },
};
const TOPOLOGY = resolveTopology(INPUT);
const [RULE] = TOPOLOGY.buckets;
const [TARGET] = RULE?.to ?? [];
if (RULE === undefined || TARGET === undefined) throw new TypeError("a rule with a destination");
const SOURCE = RULE.from;

function configuration(): string {
  const stack = new TerraformStack(Testing.app(), "replicate");
  const side = (bucket: typeof SOURCE | NonNullable<typeof TARGET>) => {
    const { account, region } = bucket;
    const provider = new AwsProvider(stack, bucket.bucket, {
      alias: account.name,
      region,
      accessKey: account.id,
      secretKey: "rehearsal",
      allowedAccountIds: [account.id],
    });
    const encryptionKey = new CustomerManagedKey(stack, `${bucket.bucket}-key`, {
      alias: bucket.key.alias,
      description: bucket.bucket,
      provider,
    });
    const made = new EncryptedBucket(stack, `${bucket.bucket}-bucket`, {
      bucketName: bucket.bucket,
      encryptionKey,
      provider,
    });
    const access = replicateAccess(TOPOLOGY, account);
    if (access === undefined) throw new TypeError("an account without buckets");
    new RunnerRole(stack, `${bucket.bucket}-replicate`, {
      roleName: replicateRoleName(TOPOLOGY.name),
      trust: runnerTrust(runnerAccess(TOPOLOGY, account)),
      policy: replicatePolicy(access),
      keyOf: (key) => {
        expect(keyReferenceId(key)).toBe(keyReferenceId(bucket.key));
        return encryptionKey;
      },
      provider,
    });
    return { provider, made };
  };
  const source = side(SOURCE);
  const target = side(TARGET as NonNullable<typeof TARGET>);
  new BucketReplication(stack, "replication", {
    source: source.made,
    roleName: RULE?.role ?? "",
    rules: [{ id: TARGET?.ruleId ?? "", destination: target.made, deleteMarkers: true }],
    provider: source.provider,
  });
  new BatchReplicationRole(stack, "batch", {
    roleName: batchRoleName(TOPOLOGY.name, SOURCE.bucket),
    source: source.made,
    provider: source.provider,
  });
  return Testing.synth(stack);
}

const defects: unknown[] = [];
const outside = { ...process.env };
let cloud: Rehearsal;
let project: string;
let directory: TerraformDirectory;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 60, onDefect: (error) => defects.push(error) });
  project = mkdtempSync(path.join(os.tmpdir(), "keyferry-replicate-"));
  writeFileSync(path.join(project, "main.tf.json"), configuration());
  writeFileSync(path.join(project, "keyferry.config.ts"), "// What a test has loaded.\n");
  directory = await TerraformDirectory.served(project, { ...process.env, AWS_ENDPOINT_URL: cloud.url });
  await directory.apply();
  Object.assign(process.env, administratorEnvironment(cloud.url, SRC, SOURCE.region));
});
afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in outside)) delete process.env[name];
  Object.assign(process.env, outside);
  await cloud.stop();
  directory.remove();
  rmSync(project, { recursive: true, force: true });
  expect(defects).toEqual([]);
});

/** Runs a command. @returns its exit code, its output, and its output parsed as JSON */
async function keyferry<T>(
  ...argv: string[]
): Promise<{ readonly code: number; readonly answer: T; readonly out: string }> {
  const said = { out: "", err: "" };
  const code = await runCli(argv, {
    ...systemHost,
    env: process.env,
    cwd: project,
    out: (text) => void (said.out += `${text}\n`),
    err: (text) => void (said.err += `${text}\n`),
    load: () => ({ default: INPUT }),
    clock: { ...systemHost.clock, sleep: (seconds) => cloud.clock.advance(seconds) },
    onInterrupt: () => () => undefined,
  });
  if (said.out === "") throw new Error(said.err);
  return { code, out: said.out, answer: (argv.includes("--json") ? JSON.parse(said.out) : undefined) as T };
}
const status = async () => {
  const { code, answer } = await keyferry<readonly [ReplicationStatus]>("replicate", "status", "--json");
  return { code, ...answer[0] };
};
const existing = async (...more: string[]) => {
  const { code, answer } = await keyferry<readonly [ReplicationJobResult]>(
    ...["replicate", "existing", "--json"],
    ...more,
  );
  return { code, ...answer[0] };
};

const s3 = ({ account, region }: { readonly account: { readonly id: string }; readonly region: string }) =>
  new S3Client({
    endpoint: cloud.url,
    region,
    credentials: { accessKeyId: account.id, secretAccessKey: "rehearsal" },
    forcePathStyle: true,
  });
const target = TARGET;
const put = (Key: string, more: object = {}) =>
  s3(SOURCE).send(new PutObjectCommand({ Bucket: SOURCE.bucket, Key, Body: "content", ...more }));
const head = (at: typeof SOURCE | typeof target, Key: string) =>
  s3(at).send(new HeadObjectCommand({ Bucket: at.bucket, Key }));
const arrive = () => cloud.clock.advance(900);

test("objects from before the rule are found and replicated by one job, only once", async () => {
  const Bucket = SOURCE.bucket;
  const { ReplicationConfiguration } = await s3(SOURCE).send(new GetBucketReplicationCommand({ Bucket }));
  await s3(SOURCE).send(new DeleteBucketReplicationCommand({ Bucket }));
  await put("old", { Tagging: "team=web" });
  await s3(SOURCE).send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
  await put("new");
  await arrive();
  expect(await status()).toMatchObject({
    code: 0,
    obstacles: [],
    unknown: [],
    counts: { objects: 2, replicated: 1, never: 1, failed: 0 },
  });
  expect(await existing()).toMatchObject({
    code: 0,
    status: "Complete",
    succeeded: 1,
    failed: 0,
    joined: false,
  });
  expect((await head(target, "old")).ReplicationStatus).toBe("REPLICA");
  expect((await status()).counts).toMatchObject({ objects: 2, replicated: 2, never: 0 });
  expect(await existing()).toMatchObject({ code: 0, status: "Nothing" });
});

/** Calls `then` while one statement of the destination's policies is missing. */
async function without(document: "bucket" | "key", sid: string, then: () => Promise<void>): Promise<void> {
  const { kms } = administrator(cloud.url, DST, target.region);
  const KeyId = (await head(target, "new")).SSEKMSKeyId;
  const Bucket = target.bucket;
  const before =
    document === "bucket"
      ? (await s3(target).send(new GetBucketPolicyCommand({ Bucket }))).Policy
      : (await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }))).Policy;
  const write = async (Policy: string | undefined): Promise<void> => {
    if (document === "bucket") await s3(target).send(new PutBucketPolicyCommand({ Bucket, Policy }));
    else await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
  };
  const policy = JSON.parse(before ?? "") as PolicyDocument;
  const Statement = policy.Statement.filter(({ Sid }) => Sid !== sid);
  expect(Statement).toHaveLength(policy.Statement.length - 1);
  await write(JSON.stringify({ ...policy, Statement }));
  try {
    await then();
  } finally {
    await write(before);
  }
}

test.each([
  ["bucket", "ReplicatorsWriteReplicas", "s3:ReplicateObject"],
  ["bucket", "ReplicatorsHandOver", "s3:ObjectOwnerOverrideToBucketOwner"],
  ["key", "ReplicatorsEncrypt", "kms:Encrypt"],
] as const)(
  "without %s/%s objects fail, and status names the missing statement and its account",
  async (document, sid, action) => {
    await without(document, sid, async () => {
      await put(`failed/${sid}`);
      await arrive();
      const found = await status();
      expect(found).toMatchObject({ code: 1, counts: { failed: 1 } });
      expect(found.obstacles.map(({ statement, account }) => [statement, account])).toContainEqual([
        sid,
        DST,
      ]);
      expect(found.failures).toMatchObject([{ objects: 1, example: `failed/${sid}` }]);
      expect(found.failures[0]?.obstacles.map(({ fix }) => fix).join()).toContain(
        `account ${DST} must allow ${action}`,
      );
    });
    expect(await existing("--failed")).toMatchObject({ code: 0, status: "Complete", succeeded: 1 });
    expect(await status()).toMatchObject({ code: 0, obstacles: [], counts: { failed: 0 } });
  },
);

test("every replica is verified, and a deleted replica is reported", async () => {
  const verify = (...more: string[]) =>
    keyferry<readonly [ReplicaVerification]>("replicate", "verify", "documents", "--json", ...more);
  const whole = await verify();
  expect(whole).toMatchObject({ code: 0, answer: [{ objects: 5, verified: 5, problems: 0, waiting: 0 }] });
  const { VersionId } = await head(target, "old");
  await s3(target).send(new DeleteObjectCommand({ Bucket: target.bucket, Key: "old", VersionId }));
  const broken = await verify("--report", "problems.csv");
  expect(broken).toMatchObject({ code: 1, answer: [{ objects: 5, verified: 4, problems: 1 }] });
  const [, row, ...rest] = readFileSync(path.join(project, "problems.csv"), "utf8").trim().split("\n");
  expect(row).toMatch(/^documents,acme-documents,acme-replicas,old,[^,]+,missing,/);
  expect(rest).toEqual([]);
  expect((await status()).counts).toMatchObject({ gone: 1 });
});

test("a second plan is empty", async () => {
  expect(await directory.changes()).toEqual([]);
});
