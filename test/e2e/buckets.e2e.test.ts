import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { eventDestinationPolicy, proofTarget, renderPolicy } from "../../policy";
import { furnish } from "../../demo/furnish";
import { resolveTopology, type Topology, type TopologyInput } from "../../topology";
import { keyArn } from "./lib/cloud-state";
import { accessOf, giveDocumentedPermissions } from "./lib/deploy-role";
import type { ReplicaVerification, ReplicationStatus } from "../../scripts/engine/results";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { planStacks } from "./lib/terraform-plan";

/**
 * The life of a topology's buckets: one deployment creates both sides, and a bucket that is removed from the topology loses its access
 * and nothing else. The whole file uses one foundation; each test starts from the result of the previous one.
 */
type Buckets = NonNullable<TopologyInput["buckets"]>;

const OHIO = { account: "111111111111", region: "us-east-2" };
const FRANKFURT = { account: "222222222222", region: "eu-central-1" };
const PROD_OHIO = { account: "222222222222", region: "us-east-2" };
const LAB = { account: "333333333333", region: "eu-central-1" };
type Side = typeof OHIO;

const DOCUMENTS = "files-documents";
const IN_FRANKFURT = "files-documents-222222222222-eu-central-1";
const IN_PROD_OHIO = "files-documents-222222222222-us-east-2";
const IN_LAB = "files-lab";
const LOGS = "files-logs";

const documents = (to: Buckets[string]["to"]): Buckets[string] => ({
  from: { account: "builder", region: OHIO.region, bucket: DOCUMENTS },
  to,
  deleteMarkers: true,
});
const locked = (to: Buckets[string]["to"]): Buckets[string] => ({ ...documents(to), objectLock: true });
const TO_FRANKFURT = { account: "prod", regions: [FRANKFURT.region] };
const TO_LAB = { account: "lab", regions: [LAB.region], bucket: IN_LAB };
/** Replicates in the other direction, into the source of the first rule. */
const BACK: Buckets[string] = {
  from: { account: "prod", region: FRANKFURT.region, bucket: IN_FRANKFURT },
  to: [{ account: "builder", regions: [OHIO.region], bucket: DOCUMENTS }],
};
const EXISTING_LOGS: Buckets[string] = {
  from: { account: "builder", region: OHIO.region, bucket: LOGS, existing: true, key: "alias/logs" },
  to: [TO_FRANKFURT],
};

const ACCOUNTS = { builder: { id: OHIO.account }, prod: { id: FRANKFURT.account }, lab: { id: LAB.account } };
const topologyOf = (buckets: Buckets, accounts: TopologyInput["accounts"] = ACCOUNTS): TopologyInput => ({
  name: "files",
  accounts,
  buckets,
});
/** The ARN of the queue that receives replication failures. */
const EVENTS = `arn:aws:sqs:${OHIO.region}:${OHIO.account}:replication`;
const TOLD = documents([TO_FRANKFURT, TO_LAB]);
const WHOLE = topologyOf({
  documents: { ...TOLD, from: { ...TOLD.from, replicationEvents: EVENTS } },
  back: BACK,
  logs: EXISTING_LOGS,
});

/** The statements that the owner of the existing bucket wrote into its policy. */
const AUDITORS_READ = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "AuditorsRead",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${LAB.account}:root` },
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${LOGS}/*`,
    },
  ],
});

let cloud: Rehearsal;
/** The policy of the existing bucket's key before anything was deployed. */
let ownersKeyPolicy: string | undefined;
jest.setTimeout(900_000);

beforeAll(async () => {
  cloud = await rehearse(WHOLE);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await givePermissions(cloud.topology);
  await s3(OHIO).send(new PutBucketPolicyCommand({ Bucket: LOGS, Policy: AUDITORS_READ }));
  ownersKeyPolicy = await policyOfLogsKey();
  const bucketArn = `arn:aws:s3:::${DOCUMENTS}`;
  const access = { destinationArn: EVENTS, bucketArn, bucketAccount: OHIO.account };
  const Policy = JSON.stringify(renderPolicy(eventDestinationPolicy(access), proofTarget));
  await queue("CreateQueue", { QueueName: "replication", Attributes: { Policy } });
  await cloud.deploy("foundation-*");
});
afterAll(() => cloud.stop());

/** Everything that was ever declared: a bucket that is removed from the topology stays, and Terraform continues to read it. */
const declared: Topology[] = [];

async function givePermissions(topology: Topology): Promise<void> {
  declared.push(topology);
  for (const { id } of topology.accounts) {
    const ever = declared
      .filter(({ accounts }) => accounts.some((account) => account.id === id))
      .map((one) => accessOf(one, id));
    await giveDocumentedPermissions(cloud, topology, id, {
      buckets: [...new Set(ever.flatMap(({ buckets = [] }) => buckets))],
      replicatedBuckets: [...new Set(ever.flatMap(({ replicatedBuckets = [] }) => replicatedBuckets))],
      bucketsWithObjectLock: [
        ...new Set(ever.flatMap(({ bucketsWithObjectLock = [] }) => bucketsWithObjectLock)),
      ],
      bucketsWithEvents: [...new Set(ever.flatMap(({ bucketsWithEvents = [] }) => bucketsWithEvents))],
    });
  }
}

/** Calls the queue of replication events. */
async function queue(operation: string, input: object): Promise<{ Messages?: { Body: string }[] }> {
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${OHIO.account}/20260101/${OHIO.region}/sqs/aws4_request, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as { Messages?: { Body: string }[] };
}

const s3 = ({ account, region }: Side) =>
  new S3Client({
    endpoint: cloud.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
    forcePathStyle: true,
  });
const put = (side: Side, Bucket: string, Key: string) =>
  s3(side).send(new PutObjectCommand({ Bucket, Key, Body: "content" }));
const head = (side: Side, Bucket: string, Key: string) =>
  s3(side).send(new HeadObjectCommand({ Bucket, Key }));
const isThere = (side: Side, Bucket: string, Key: string) =>
  head(side, Bucket, Key).then(
    () => true,
    () => false,
  );
const arrive = () => cloud.clock.advance(900);
const bucketKey = ({ account, region }: Side) =>
  keyArn(cloud.admin(account, region), "alias/keyferry/files/buckets");
const policyOfLogsKey = async () => {
  const { kms } = cloud.admin(OHIO.account, OHIO.region);
  const KeyId = await keyArn(cloud.admin(OHIO.account, OHIO.region), "alias/logs");
  return (await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }))).Policy;
};
/** Asserts that the policies of the existing bucket and of its key contain only their owner's statements. */
async function expectOwnersPolicies(): Promise<void> {
  const { Policy = "" } = await s3(OHIO).send(new GetBucketPolicyCommand({ Bucket: LOGS }));
  expect(JSON.parse(Policy)).toEqual(JSON.parse(AUDITORS_READ));
  expect(await policyOfLogsKey()).toBe(ownersKeyPolicy);
}
const sids = (policy: string | undefined) =>
  (JSON.parse(policy ?? "{}") as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
const bucketSids = async (side: Side, Bucket: string) =>
  sids((await s3(side).send(new GetBucketPolicyCommand({ Bucket }))).Policy);
const keySids = async (side: Side) =>
  sids(
    (
      await cloud
        .admin(side.account, side.region)
        .kms.send(new GetKeyPolicyCommand({ KeyId: await bucketKey(side), PolicyName: "default" }))
    ).Policy,
  );
const ruleIds = async (side: Side, Bucket: string) => {
  const { ReplicationConfiguration } = await s3(side).send(new GetBucketReplicationCommand({ Bucket }));
  return (ReplicationConfiguration?.Rules ?? []).map(({ ID }) => ID).sort();
};

async function redeploy(input: TopologyInput): Promise<void> {
  writeFileSync(
    path.join(cloud.directory, "keyferry.config.ts"),
    `export default ${JSON.stringify(input)};\n`,
  );
  await givePermissions(resolveTopology(input));
  await cloud.deploy("foundation-*");
}

const lock = () => {
  const file = path.join(cloud.directory, "workspace/keyferry.lock.json");
  const { topologies } = JSON.parse(readFileSync(file, "utf8")) as {
    topologies: { files: { accounts: Record<string, { buckets?: Record<string, object> }> } };
  };
  return topologies.files.accounts;
};

/** Every stack of the last synthesis whose plan is not empty. */
async function changes(): Promise<readonly string[]> {
  const synthesised = path.join(cloud.directory, "workspace/cdktf.out");
  const { stacks } = JSON.parse(readFileSync(path.join(synthesised, "manifest.json"), "utf8")) as {
    stacks: object;
  };
  const names = new RegExp(`^(${Object.keys(stacks).join("|")})$`);
  const plans = await planStacks(synthesised, names, cloud.env);
  return plans.filter(({ code }) => code !== 0).map(({ stack, output }) => `${stack}: ${output}`);
}

test("one deployment creates both sides of rules in both directions, and the next plan is empty", async () => {
  expect(await changes()).toEqual([]);
  expect(lock()[LAB.account]?.buckets).toEqual({ [IN_LAB]: { region: LAB.region, state: "active" } });
});

test("plan and status find no copies to make, and doctor finds no failures", async () => {
  for (const command of ["plan", "status", "doctor"]) {
    const { code, stdout } = await cloud.keyferry(command);
    expect({ command, stdout: code === 0 ? "" : stdout }).toEqual({ command, stdout: "" });
  }
  const { stdout } = await cloud.keyferry("doctor", "--offline");
  expect(stdout).toContain(`${DOCUMENTS} -> ${IN_LAB}`);
});

test("objects are replicated to each destination under that account's key, and in the other direction", async () => {
  await put(OHIO, DOCUMENTS, "report");
  await put(FRANKFURT, IN_FRANKFURT, "answer");
  await put(OHIO, LOGS, "access");
  await arrive();
  const replica = await head(FRANKFURT, IN_FRANKFURT, "report");
  expect(replica).toMatchObject({ ReplicationStatus: "REPLICA", SSEKMSKeyId: await bucketKey(FRANKFURT) });
  expect((await head(LAB, IN_LAB, "report")).SSEKMSKeyId).toBe(await bucketKey(LAB));
  expect((await head(OHIO, DOCUMENTS, "answer")).SSEKMSKeyId).toBe(await bucketKey(OHIO));
  const { Versions = [] } = await s3(FRANKFURT).send(
    new ListObjectVersionsCommand({ Bucket: IN_FRANKFURT, Prefix: "report" }),
  );
  expect(Versions[0]?.Owner?.ID).toBe(
    (await s3(FRANKFURT).send(new ListObjectVersionsCommand({ Bucket: IN_FRANKFURT, Prefix: "answer" })))
      .Versions?.[0]?.Owner?.ID,
  );
  expect((await head(OHIO, LOGS, "access")).ReplicationStatus).toBe("COMPLETED");
  await expectOwnersPolicies();
});

test("replicate status and verify read everything with the role that the same deployment created", async () => {
  const status = await cloud.keyferry("replicate", "status", "--json");
  const found = JSON.parse(status.stdout) as ReplicationStatus[];
  expect(found.map(({ ruleId, obstacles, unknown }) => ({ ruleId, obstacles, unknown }))).toEqual(
    [`documents.${IN_FRANKFURT}`, `documents.${IN_LAB}`, `back.${DOCUMENTS}`, found.at(-1)?.ruleId].map(
      (ruleId) => ({ ruleId, obstacles: [], unknown: [] }),
    ),
  );
  const whole = found.filter(({ counts }) => counts.objects > 0 && counts.replicated === counts.objects);
  expect({ code: status.code, whole: whole.length }).toEqual({ code: 0, whole: found.length });
  const verify = await cloud.keyferry("replicate", "verify", "--json");
  const verified = JSON.parse(verify.stdout) as ReplicaVerification[];
  expect(verified.flatMap(({ examples }) => examples)).toEqual([]);
  expect(verify.code).toBe(0);
});

test("a failed object is reported to the source's queue, with AWS's reason", async () => {
  const { Policy } = await s3(LAB).send(new GetBucketPolicyCommand({ Bucket: IN_LAB }));
  await s3(LAB).send(new DeleteBucketPolicyCommand({ Bucket: IN_LAB }));
  await put(OHIO, DOCUMENTS, "refused");
  await arrive();
  await s3(LAB).send(new PutBucketPolicyCommand({ Bucket: IN_LAB, Policy }));
  const { Messages = [] } = await queue("ReceiveMessage", {
    QueueUrl: `${cloud.url}/${OHIO.account}/replication`,
    MaxNumberOfMessages: 10,
  });
  const told = Messages.map(({ Body }) => JSON.parse(Body) as object);
  expect(told).toMatchObject([
    { Event: "s3:TestEvent", Bucket: DOCUMENTS },
    {
      Records: [
        {
          eventName: "Replication:OperationFailedReplication",
          s3: { object: { key: "refused" } },
          replicationEventData: {
            replicationRuleId: `documents.${IN_LAB}`,
            failureReason: "DstPutObjectNotPermitted",
          },
        },
      ],
    },
  ]);
});

test("an account that is removed keeps its bucket, key and replicas, and cross-account access is removed on both sides", async () => {
  const { builder, prod } = ACCOUNTS;
  await redeploy(topologyOf({ documents: documents([TO_FRANKFURT]) }, { builder, prod }));
  expect(await changes()).toEqual([]);
  await put(OHIO, DOCUMENTS, "later");
  await put(FRANKFURT, IN_FRANKFURT, "not-back");
  await arrive();
  expect(await isThere(FRANKFURT, IN_FRANKFURT, "later")).toBe(true);
  expect(await isThere(OHIO, DOCUMENTS, "not-back")).toBe(false);
  expect(await isThere(LAB, IN_LAB, "later")).toBe(false);
  expect(await isThere(LAB, IN_LAB, "report")).toBe(true);
  // The account is no longer declared, but its role can still be assumed.
  expect(await bucketSids(LAB, IN_LAB)).not.toContain("ReplicatorsWriteReplicas");
  expect(await keySids(LAB)).not.toContain("ReplicatorsEncrypt");
  expect(await bucketSids(OHIO, DOCUMENTS)).not.toContain("ReplicatorsWriteReplicas");
  expect(await ruleIds(OHIO, DOCUMENTS)).toEqual([`documents.${IN_FRANKFURT}`]);
  await expect(ruleIds(FRANKFURT, IN_FRANKFURT)).rejects.toMatchObject({
    name: "ReplicationConfigurationNotFoundError",
  });
  await expect(ruleIds(OHIO, LOGS)).rejects.toMatchObject({ name: "ReplicationConfigurationNotFoundError" });
  await expectOwnersPolicies();
  const { Roles = [] } = await cloud
    .admin(FRANKFURT.account, FRANKFURT.region)
    .iam.send(new ListRolesCommand({}));
  expect(Roles.map(({ RoleName }) => RoleName).filter((name) => name?.includes("replicate"))).toEqual([]);
  expect(lock()[LAB.account]?.buckets).toEqual({ [IN_LAB]: { region: LAB.region, state: "retired" } });
  const told = await s3(OHIO).send(new GetBucketNotificationConfigurationCommand({ Bucket: DOCUMENTS }));
  expect(told.QueueConfigurations).toBeUndefined();
});

test("an account that returns reuses its bucket and key, a destination is added, and Object Lock is enabled", async () => {
  const key = await bucketKey(LAB);
  const to = [{ account: "prod", regions: [FRANKFURT.region, OHIO.region] }, TO_LAB];
  await redeploy(topologyOf({ documents: locked(to), back: { ...BACK, objectLock: true } }));
  expect(await changes()).toEqual([]);
  expect(await bucketKey(LAB)).toBe(key);
  await put(OHIO, DOCUMENTS, "again");
  await arrive();
  expect((await head(LAB, IN_LAB, "again")).SSEKMSKeyId).toBe(key);
  expect((await head(PROD_OHIO, IN_PROD_OHIO, "again")).SSEKMSKeyId).toBe(await bucketKey(PROD_OHIO));
  expect(await isThere(LAB, IN_LAB, "report")).toBe(true);
  const lock = {
    ObjectLockMode: "GOVERNANCE" as const,
    ObjectLockRetainUntilDate: new Date(Date.now() + 30 * 86_400_000),
  };
  const { VersionId } = await s3(OHIO).send(
    new PutObjectCommand({ Bucket: DOCUMENTS, Key: "locked", Body: "content", ...lock }),
  );
  await arrive();
  expect(await head(LAB, IN_LAB, "locked")).toMatchObject({ ...lock, ReplicationStatus: "REPLICA" });
  const remove = { Bucket: IN_PROD_OHIO, Key: "locked", VersionId };
  await expect(s3(PROD_OHIO).send(new DeleteObjectCommand(remove))).rejects.toMatchObject({
    message: "Access Denied because object protected by object lock.",
  });
  await s3(PROD_OHIO).send(new DeleteObjectCommand({ ...remove, BypassGovernanceRetention: true }));
});

test("a bucket name that is taken fails with AWS's reason, and is removed from the lock file when the rule names another bucket", async () => {
  await s3(LAB).send(
    new CreateBucketCommand({
      Bucket: "files-taken",
      CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
    }),
  );
  const taken = (bucket: string) =>
    topologyOf({ documents: locked([TO_FRANKFURT, { ...TO_FRANKFURT, bucket }]) });
  await expect(redeploy(taken("files-taken"))).rejects.toThrow(/BucketAlreadyExists/);
  await redeploy(taken("files-not-taken"));
  expect(await changes()).toEqual([]);
  expect(Object.keys(lock()[FRANKFURT.account]?.buckets ?? {})).not.toContain("files-taken");
  await s3(LAB).send(new HeadBucketCommand({ Bucket: "files-taken" }));
});

test("replicate forget removes a retired bucket that its owner deleted, and the next deployment does not create it again", async () => {
  const forget = () => cloud.keyferry("replicate", "forget", IN_PROD_OHIO, "--yes");
  const refused = await forget();
  expect(refused.stdout + refused.stderr).toContain("it exists in 222222222222 us-east-2");
  expect(Object.keys(lock()[FRANKFURT.account]?.buckets ?? {})).toContain(IN_PROD_OHIO);
  const client = s3(PROD_OHIO);
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: IN_PROD_OHIO }));
  for (const { Key, VersionId } of Versions)
    await client.send(new DeleteObjectCommand({ Bucket: IN_PROD_OHIO, Key, VersionId }));
  await client.send(new DeleteBucketPolicyCommand({ Bucket: IN_PROD_OHIO }));
  await client.send(new DeleteBucketCommand({ Bucket: IN_PROD_OHIO }));
  const { code, stdout, stderr } = await forget();
  expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
  expect(Object.keys(lock()[FRANKFURT.account]?.buckets ?? {})).not.toContain(IN_PROD_OHIO);
  await cloud.deploy("foundation-buckets-prod");
  await expect(client.send(new HeadBucketCommand({ Bucket: IN_PROD_OHIO }))).rejects.toMatchObject({
    name: "NotFound",
  });
});
