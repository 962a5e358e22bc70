import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { GetBucketPolicyCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformHclModule, TerraformStack, Testing } from "cdktf";
import { BucketReplication, CustomerManagedKey, ExistingBucket } from "../../constructs";
import { administrator } from "../../demo/clients";
import type { PolicyDocument } from "../../policy";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import { TerraformDirectory } from "./lib/terraform-directory";

/** A stack of one's own, whose buckets on both sides are made by a module of somebody else's. */

jest.setTimeout(600_000);

const SOURCE = { account: "111111111111", region: "us-east-2", bucketName: "module-documents" };
const TARGET = { account: "222222222222", region: "eu-central-1", bucketName: "module-archive" };
type Side = typeof SOURCE;

function configuration(): string {
  const stack = new TerraformStack(Testing.app(), "modules");
  const source = sideIn(stack, SOURCE);
  const target = sideIn(stack, TARGET);
  const replication = new BucketReplication(stack, "replication", {
    source: source.bucket,
    rules: [{ id: "everything", destination: target.bucket, deleteMarkers: true }],
    // The module writes them, below.
    existingPoliciesAllowIt: true,
    provider: source.provider,
  });
  target.module.set("attach_policy", true);
  target.module.set("policy", replication.policiesFor(target.bucket).bucketPolicy);
  return Testing.synth(stack);
}

function sideIn(stack: TerraformStack, { account, region, bucketName }: Side) {
  const provider = new AwsProvider(stack, bucketName, {
    alias: bucketName,
    region,
    accessKey: account,
    secretKey: "rehearsal",
    allowedAccountIds: [account],
  });
  const encryptionKey = new CustomerManagedKey(stack, `${bucketName}-key`, {
    alias: `alias/${bucketName}`,
    description: bucketName,
    provider,
  });
  const module = new TerraformHclModule(stack, `${bucketName}-module`, {
    source: "./modules/s3-bucket",
    skipAssetCreationFromLocalModules: true,
    variables: {
      bucket: bucketName,
      versioning: { enabled: "true" },
      kms_master_key_id: encryptionKey.keyArn,
    },
    providers: [provider],
  });
  const bucket = new ExistingBucket(stack, `${bucketName}-bucket`, {
    // Known before the module is deployed, so its policy may name the bucket.
    bucketArn: `arn:aws:s3:::${bucketName}`,
    encryptionKey,
    environment: { partition: "aws", account, region },
    dependsOn: [module],
  });
  return { provider, module, bucket };
}

const defects: unknown[] = [];
let cloud: Rehearsal;
let declared: string;
let directory: TerraformDirectory;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 60, onDefect: (error) => defects.push(error) });
  declared = mkdtempSync(path.join(os.tmpdir(), "keyferry-modules-"));
  writeFileSync(path.join(declared, "main.tf.json"), configuration());
  cpSync(path.join(__dirname, "lib/terraform/modules"), path.join(declared, "modules"), { recursive: true });
  directory = await TerraformDirectory.of(declared, { ...process.env, AWS_ENDPOINT_URL: cloud.url });
  await directory.apply();
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
  rmSync(declared, { recursive: true, force: true });
  expect(defects).toEqual([]);
});

const admin = ({ account, region }: Side) => administrator(cloud.url, account, region);
const head = (side: Side, Key: string) =>
  admin(side).s3.send(new HeadObjectCommand({ Bucket: side.bucketName, Key }));

test("one deployment makes the modules' buckets and their replication, and the plan after it is empty", async () => {
  expect(await directory.changes()).toEqual([]);
});

test("an object arrives under the destination's key, and the module's own statements are there beside ours", async () => {
  await admin(SOURCE).s3.send(
    new PutObjectCommand({ Bucket: SOURCE.bucketName, Key: "report", Body: "content" }),
  );
  await cloud.clock.advance(900);
  const [original, replica] = [await head(SOURCE, "report"), await head(TARGET, "report")];
  expect(original.ReplicationStatus).toBe("COMPLETED");
  expect(replica).toMatchObject({ ReplicationStatus: "REPLICA", VersionId: original.VersionId });
  expect(replica.SSEKMSKeyId).toContain(`:${TARGET.region}:${TARGET.account}:key/`);
  const { Policy = "" } = await admin(TARGET).s3.send(
    new GetBucketPolicyCommand({ Bucket: TARGET.bucketName }),
  );
  const { Statement } = JSON.parse(Policy) as PolicyDocument;
  expect(Statement.map(({ Sid }) => Sid).sort()).toEqual([
    "DenyInsecureTransport",
    "ReplicatorsHandOver",
    "ReplicatorsWriteDeleteMarkers",
    "ReplicatorsWriteReplicas",
  ]);
});
