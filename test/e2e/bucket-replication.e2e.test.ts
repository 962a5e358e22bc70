import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  GetRoleCommand,
} from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { administrator } from "../../demo/clients";
import type { PolicyDocument } from "../../policy";
import { startRehearsal, type Rehearsal } from "../../sandbox";
import {
  MODULE_SOURCE,
  MODULE_TARGET,
  SOURCE,
  TARGET,
  replicationStack,
  type Side,
} from "./lib/replication-stack";
import { TerraformDirectory } from "./lib/terraform-directory";

/**
 * Encrypted buckets are replicated to another account and Region, under that account's key. One deployment creates both sides, from our
 * own constructs and from a third-party module.
 */

jest.setTimeout(600_000);

const ROLE = "replicate-documents";
const FILE = "main.tf.json";
const MIB = 1024 ** 2;
const WHILE_ON_ITS_WAY = 900;

const defects: unknown[] = [];
let cloud: Rehearsal;
let declared: string;
let directory: TerraformDirectory;
beforeAll(async () => {
  cloud = await startRehearsal({ port: 0, timeScale: 60, onDefect: (error) => defects.push(error) });
  declared = mkdtempSync(path.join(os.tmpdir(), "keyferry-replication-"));
  writeFileSync(path.join(declared, FILE), replicationStack({ removalPolicy: "retain" }));
  cpSync(path.join(__dirname, "lib/terraform/modules"), path.join(declared, "modules"), { recursive: true });
  directory = await TerraformDirectory.served(declared, { ...process.env, AWS_ENDPOINT_URL: cloud.url });
  await directory.apply();
});
afterAll(async () => {
  await cloud.stop();
  directory.remove();
  rmSync(declared, { recursive: true, force: true });
  expect(defects).toEqual([]);
});

const admin = ({ account, region }: Side) => administrator(cloud.url, account, region);
const s3 = ({ account, region }: Side) =>
  new S3Client({
    endpoint: cloud.url,
    region,
    credentials: { accessKeyId: account, secretAccessKey: "rehearsal" },
    forcePathStyle: true,
  });
const put = (Key: string, more: object = {}) =>
  s3(SOURCE).send(new PutObjectCommand({ Bucket: SOURCE.bucketName, Key, Body: "content", ...more }));
const head = (side: Side, Key: string) =>
  s3(side).send(new HeadObjectCommand({ Bucket: side.bucketName, Key }));
const arrive = () => cloud.clock.advance(WHILE_ON_ITS_WAY);
const bucketPolicyOf = async (side: Side) =>
  (await s3(side).send(new GetBucketPolicyCommand({ Bucket: side.bucketName }))).Policy ?? "";
const sidsOf = (policy: string) =>
  (JSON.parse(policy) as PolicyDocument).Statement.map(({ Sid = "" }) => Sid).sort();
const keyOf = async (side: Side) =>
  (await admin(side).kms.send(new GetKeyPolicyCommand({ KeyId: await keyId(side), PolicyName: "default" })))
    .Policy ?? "";
const keyId = async (side: Side) =>
  String((await head(side, "seed").catch(() => ({ SSEKMSKeyId: "" }))).SSEKMSKeyId);

async function failureOf(objectKey: string): Promise<string | undefined> {
  const response = await fetch(`${cloud.url}/_rehearsal/replication`);
  const { failures } = (await response.json()) as { failures: { object: string; failureReason: string }[] };
  return failures.find(({ object }) => object.startsWith(`${SOURCE.bucketName}/${objectKey}?`))
    ?.failureReason;
}

test("one deployment creates both sides, and a second plan is empty", async () => {
  expect(await directory.changes()).toEqual([]);
});

describe("an object", () => {
  test("is replicated with its tags, under the destination's key with its Bucket Key, and owned by the destination account", async () => {
    await put("seed", { Tagging: "team=web" });
    expect((await head(SOURCE, "seed")).ReplicationStatus).toBe("PENDING");
    await arrive();
    const original = await head(SOURCE, "seed");
    const replica = await head(TARGET, "seed");
    expect(original).toMatchObject({ ReplicationStatus: "COMPLETED", BucketKeyEnabled: true });
    expect(replica).toMatchObject({
      ReplicationStatus: "REPLICA",
      BucketKeyEnabled: true,
      VersionId: original.VersionId,
    });
    expect(original.SSEKMSKeyId).toContain(`:${SOURCE.region}:${SOURCE.account}:key/`);
    expect(replica.SSEKMSKeyId).toContain(`:${TARGET.region}:${TARGET.account}:key/`);
    const { TagSet } = await s3(TARGET).send(
      new GetObjectTaggingCommand({ Bucket: TARGET.bucketName, Key: "seed" }),
    );
    expect(TagSet).toEqual([{ Key: "team", Value: "web" }]);
  });

  test("uploaded in parts is replicated completely, by the first matching rule", async () => {
    const object = { Bucket: SOURCE.bucketName, Key: "logs/large" };
    const { UploadId } = await s3(SOURCE).send(new CreateMultipartUploadCommand(object));
    const Parts = [];
    for (const PartNumber of [1, 2]) {
      const Body = Buffer.alloc(5 * MIB, PartNumber);
      const { ETag } = await s3(SOURCE).send(
        new UploadPartCommand({ ...object, UploadId, PartNumber, Body }),
      );
      Parts.push({ ETag, PartNumber });
    }
    await s3(SOURCE).send(
      new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }),
    );
    await arrive();
    expect(await head(TARGET, "logs/large")).toMatchObject({
      ContentLength: 10 * MIB,
      StorageClass: "STANDARD_IA",
      ReplicationStatus: "REPLICA",
    });
  });

  test("without a key or under another key is refused by the source bucket", async () => {
    const other = await head(TARGET, "seed");
    for (const more of [
      { ServerSideEncryption: "AES256" },
      { ServerSideEncryption: "aws:kms" },
      { ServerSideEncryption: "aws:kms", SSEKMSKeyId: other.SSEKMSKeyId },
    ])
      await expect(put("elsewhere", more)).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

test("a delete marker is replicated only if the rule says so; the deletion of a version is never replicated", async () => {
  const { VersionId } = await put("versioned");
  await put("logs/kept");
  await put("deleted");
  await arrive();
  const remove = (Key: string, more: object = {}) =>
    s3(SOURCE).send(new DeleteObjectCommand({ Bucket: SOURCE.bucketName, Key, ...more }));
  await remove("versioned", { VersionId });
  await remove("logs/kept");
  await remove("deleted");
  await arrive();
  const { DeleteMarkers = [] } = await s3(TARGET).send(
    new ListObjectVersionsCommand({ Bucket: TARGET.bucketName }),
  );
  expect(DeleteMarkers.map(({ Key }) => Key)).toEqual(["deleted"]);
  expect((await head(TARGET, "versioned")).VersionId).toBe(VersionId);
});

/** A policy of the deployment, read and written through AWS's own API. */
interface Document {
  read(): Promise<string>;
  write(text: string): Promise<unknown>;
}

const ROLE_POLICY = { RoleName: ROLE, PolicyName: "replication" };
const iam = (): IAMClient => admin(SOURCE).iam;
const DOCUMENTS: Readonly<Record<string, Document>> = {
  "the role's policy": {
    read: async () =>
      decodeURIComponent((await iam().send(new GetRolePolicyCommand(ROLE_POLICY))).PolicyDocument ?? ""),
    write: (PolicyDocument) => iam().send(new PutRolePolicyCommand({ ...ROLE_POLICY, PolicyDocument })),
  },
  "the role's trust policy": {
    read: async () =>
      decodeURIComponent(
        (await iam().send(new GetRoleCommand({ RoleName: ROLE }))).Role?.AssumeRolePolicyDocument ?? "",
      ),
    write: (PolicyDocument) =>
      iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: ROLE, PolicyDocument })),
  },
  "the destination's bucket policy": {
    read: () => bucketPolicyOf(TARGET),
    write: (Policy) => s3(TARGET).send(new PutBucketPolicyCommand({ Bucket: TARGET.bucketName, Policy })),
  },
  "the destination's key policy": {
    read: () => keyOf(TARGET),
    write: async (Policy) =>
      admin(TARGET).kms.send(
        new PutKeyPolicyCommand({ KeyId: await keyId(TARGET), PolicyName: "default", Policy }),
      ),
  },
};

/** Calls `then` while one action is missing from one statement of a policy. */
async function without(where: string, sid: string, action: string, then: () => Promise<void>): Promise<void> {
  const document = DOCUMENTS[where] as Document;
  const before = await document.read();
  const policy = JSON.parse(before) as { Statement: { Sid: string; Action: string | string[] }[] };
  const Statement = policy.Statement.flatMap((statement) => {
    if (statement.Sid !== sid) return [statement];
    const Action = [statement.Action].flat().filter((one) => one !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  expect(JSON.stringify(Statement)).not.toBe(JSON.stringify(policy.Statement));
  // A policy must have a statement: if none is left, the removed statement becomes a Deny.
  const denied = policy.Statement.map((statement) => ({ ...statement, Effect: "Deny" }));
  await document.write(JSON.stringify({ ...policy, Statement: Statement.length === 0 ? denied : Statement }));
  try {
    await then();
  } finally {
    await document.write(before);
  }
}

const ROLES = "the role's policy";
const BUCKETS = "the destination's bucket policy";
const KEYS = "the destination's key policy";

describe("without one action on either side, the replication of an object fails with AWS's reason", () => {
  test.each([
    ["the role's trust policy", "S3Replicates", "sts:AssumeRole", "AssumeRoleNotPermitted"],
    [ROLES, "ReadReplicationRules", "s3:GetReplicationConfiguration", "InitiateReplicationNotPermitted"],
    [ROLES, "ReadReplicationRules", "s3:ListBucket", "SrcHeadObjectNotPermitted"],
    [ROLES, "ReadSourceObjects", "s3:GetObjectVersionForReplication", "SrcGetObjectNotPermitted"],
    [ROLES, "ReadSourceObjects", "s3:GetObjectVersionAcl", "SrcGetAclNotPermitted"],
    [ROLES, "ReadSourceObjects", "s3:GetObjectVersionTagging", "SrcGetTaggingNotPermitted"],
    [ROLES, "DecryptSource", "kms:Decrypt", "SrcGetObjectNotPermitted"],
    [ROLES, "WriteReplicas", "s3:ReplicateObject", "DstPutObjectNotPermitted"],
    [ROLES, "WriteReplicas", "s3:ReplicateTags", "DstPutTaggingNotPermitted"],
    [ROLES, "HandReplicasOver", "s3:ObjectOwnerOverrideToBucketOwner", "DstPutAclNotPermitted"],
    [ROLES, "EncryptReplicas", "kms:Encrypt", "DstPutObjectNotPermitted"],
    [ROLES, "OpenReplicaBucketKey", "kms:Decrypt", "DstPutObjectNotPermitted"],
    [BUCKETS, "ReplicatorsWriteReplicas", "s3:ReplicateObject", "DstPutObjectNotPermitted"],
    [BUCKETS, "ReplicatorsWriteReplicas", "s3:ReplicateTags", "DstPutTaggingNotPermitted"],
    [BUCKETS, "ReplicatorsHandOver", "s3:ObjectOwnerOverrideToBucketOwner", "DstPutAclNotPermitted"],
    [KEYS, "ReplicatorsEncrypt", "kms:Encrypt", "DstPutObjectNotPermitted"],
    [KEYS, "ReplicatorsOpenBucketKey", "kms:Decrypt", "DstPutObjectNotPermitted"],
  ])("in %s: %s without %s", async (where, sid, action, reason) => {
    const object = `without/${sid}/${action}`;
    await without(where, sid, action, async () => {
      await put(object, { Tagging: "team=web" });
      await arrive();
    });
    expect([(await head(SOURCE, object)).ReplicationStatus, await failureOf(object)]).toEqual([
      "FAILED",
      reason,
    ]);
  });

  test.each([
    [ROLES, "WriteDeleteMarkers"],
    [BUCKETS, "ReplicatorsWriteDeleteMarkers"],
  ])("in %s: without %s, no delete marker is replicated", async (where, sid) => {
    const object = `markers/${sid}`;
    await put(object);
    await arrive();
    await without(where, sid, "s3:ReplicateDelete", async () => {
      await s3(SOURCE).send(new DeleteObjectCommand({ Bucket: SOURCE.bucketName, Key: object }));
      await arrive();
    });
    expect((await head(TARGET, object)).ReplicationStatus).toBe("REPLICA");
  });

  test("after all actions are restored, an object is replicated", async () => {
    await put("again", { Tagging: "team=web" });
    await arrive();
    expect((await head(SOURCE, "again")).ReplicationStatus).toBe("COMPLETED");
  });
});

/** Statements that the owners of the buckets and keys wrote themselves, in addition to those that replication needs. */
const OWN = {
  buckets: ["AuditorsList"],
  keys: ["AuditorsDescribe", "OwnAccount"],
  module: ["DenyInsecureTransport"],
};
const REPLICATORS = /^Replicators/;
/** The replication statements in each kind of policy; the owners' statements must be present too. */
async function statements() {
  const sids = async (kind: keyof typeof OWN, read: (side: Side) => Promise<string>, ...sides: Side[]) => {
    const found: string[] = [];
    for (const side of sides) {
      const policy = sidsOf(await read(side));
      expect(policy).toEqual(expect.arrayContaining(OWN[kind]));
      found.push(...policy.filter((sid) => REPLICATORS.test(sid)));
    }
    return found;
  };
  return {
    buckets: await sids("buckets", bucketPolicyOf, SOURCE, TARGET),
    keys: await sids("keys", keyOf, SOURCE, TARGET),
    module: await sids("module", bucketPolicyOf, MODULE_SOURCE, MODULE_TARGET),
  };
}

describe("buckets of a third-party module", () => {
  test("are replicated under the destination's key, and the policy has the module's own statements and ours", async () => {
    await s3(MODULE_SOURCE).send(
      new PutObjectCommand({ Bucket: MODULE_SOURCE.bucketName, Key: "report", Body: "content" }),
    );
    await arrive();
    const [original, replica] = [await head(MODULE_SOURCE, "report"), await head(MODULE_TARGET, "report")];
    expect(original.ReplicationStatus).toBe("COMPLETED");
    expect(replica).toMatchObject({ ReplicationStatus: "REPLICA", VersionId: original.VersionId });
    expect(replica.SSEKMSKeyId).toContain(`:${MODULE_TARGET.region}:${MODULE_TARGET.account}:key/`);
    expect(sidsOf(await bucketPolicyOf(MODULE_TARGET))).toEqual([
      "DenyInsecureTransport",
      "ReplicatorsHandOver",
      "ReplicatorsWriteDeleteMarkers",
      "ReplicatorsWriteReplicas",
    ]);
  });
});

describe("every policy keeps the owners' own statements", () => {
  const redeploy = async (declaration: Parameters<typeof replicationStack>[0]) => {
    directory.write(FILE, replicationStack(declaration));
    await directory.apply();
  };

  test("after a deployment", async () => {
    expect(await statements()).toEqual({
      buckets: ["ReplicatorsHandOver", "ReplicatorsWriteDeleteMarkers", "ReplicatorsWriteReplicas"],
      keys: ["ReplicatorsEncrypt", "ReplicatorsGenerateDataKey", "ReplicatorsOpenBucketKey"],
      module: ["ReplicatorsHandOver", "ReplicatorsWriteDeleteMarkers", "ReplicatorsWriteReplicas"],
    });
  });

  test("after a change of the rules that removes a permission", async () => {
    await redeploy({ removalPolicy: "retain", deleteMarkers: false });
    expect(await statements()).toMatchObject({
      buckets: ["ReplicatorsHandOver", "ReplicatorsWriteReplicas"],
      module: ["ReplicatorsHandOver", "ReplicatorsWriteReplicas"],
    });
  });

  test("after the replication and its permissions are destroyed; replicas stay", async () => {
    expect(await directory.failure("destroy", "-auto-approve")).toContain("prevent_destroy");
    await redeploy({ removalPolicy: "destroy", replicated: false });
    expect(await statements()).toEqual({ buckets: [], keys: [], module: [] });
    for (const { account, region, bucketName: Bucket } of [SOURCE, MODULE_SOURCE])
      await expect(
        s3({ account, region, bucketName: Bucket }).send(new GetBucketReplicationCommand({ Bucket })),
      ).rejects.toMatchObject({ name: "ReplicationConfigurationNotFoundError" });
    await expect(iam().send(new GetRoleCommand({ RoleName: ROLE }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
    expect((await head(TARGET, "seed")).ReplicationStatus).toBe("REPLICA");
  });
});

test("a bucket that is not empty is not destroyed, even if its removal policy is destroy", async () => {
  expect(await directory.failure("destroy", "-auto-approve")).toContain("BucketNotEmpty");
  expect((await head(TARGET, "seed")).ReplicationStatus).toBe("REPLICA");
});
