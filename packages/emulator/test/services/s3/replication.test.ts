import { DisableKeyCommand } from "@aws-sdk/client-kms";
import {
  DeleteObjectCommand,
  GetBucketReplicationCommand,
  GetObjectTaggingCommand,
  PutBucketEncryptionCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketReplicationCommand,
  PutObjectTaggingCommand,
  type PutObjectCommandInput,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { administratorOf, policy } from "../../lib/cloud";
import { DST, FRANKFURT, IRELAND, refusalOf, SRC, startStage, type Stage } from "./lib/stage";

const ROLE = `arn:aws:iam::${SRC}:role/replication`;
const SOURCE = "arn:aws:s3:::source";
const TARGET = "arn:aws:s3:::target";
const FOR_S3 = policy({ Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" });

let stage: Stage;
let back: () => Promise<void>;
let from: string;
let to: string;
beforeAll(async () => {
  stage = await startStage();
  await stage.bucket("source", SRC, IRELAND, true);
  await stage.bucket("target", DST, FRANKFURT, true);
  from = await stage.key();
  to = await stage.key(DST, FRANKFURT);
  role({});
  await openKey();
  await openBucket();
  back = await stage.prepared();
});
beforeEach(() => back());
afterAll(() => stage.stop());

/** Statements of the role, as the user guide has them; what is given takes the place of one. */
function role(changed: Partial<Record<"source" | "objects" | "target" | "opens" | "closes", object>>): void {
  const statements = {
    source: { Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: SOURCE },
    objects: {
      Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
      Resource: `${SOURCE}/*`,
    },
    target: {
      Action: [
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
        "s3:ObjectOwnerOverrideToBucketOwner",
      ],
      Resource: `${TARGET}/*`,
    },
    opens: via(IRELAND, from, ["kms:Decrypt"], [`${SOURCE}/*`, SOURCE]),
    closes: via(FRANKFURT, to, ["kms:Encrypt", "kms:Decrypt"], [`${TARGET}/*`, TARGET]),
    ...changed,
  };
  const own = {
    Version: "2012-10-17",
    Statement: Object.values(statements).map((one) => ({ Effect: "Allow", ...one })),
  };
  stage.moto.addRole(SRC, "replication", { trust: FOR_S3, policies: { own } });
  stage.forgetIdentities();
}

function via(region: string, key: string, Action: string[], arns: string[]): object {
  const viaS3 = { "kms:ViaService": `s3.${region}.amazonaws.com`, "kms:EncryptionContext:aws:s3:arn": arns };
  return { Action, Resource: key, Condition: { StringLike: viaS3 } };
}

const NOTHING = { Action: "s3:ListAllMyBuckets", Resource: "*" };
const root = { AWS: `arn:aws:iam::${SRC}:root` };
const openKey = (...Action: string[]) =>
  stage.keyPolicy(to, {
    Effect: "Allow",
    Principal: root,
    Action: Action.length === 0 ? ["kms:Encrypt", "kms:Decrypt"] : Action,
    Resource: "*",
  });
const openBucket = (Action: string | string[] = ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"]) =>
  stage.putPolicy(stage.s3(DST, FRANKFURT), "target", {
    Effect: "Allow",
    Principal: root,
    Action,
    Resource: `${TARGET}/*`,
  });

const rule = (more: Partial<ReplicationRule> = {}, destination: object = {}): ReplicationRule => ({
  ID: "to-target",
  Priority: 1,
  Status: "Enabled",
  Filter: { Prefix: "" },
  DeleteMarkerReplication: { Status: "Enabled" },
  SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
  Destination: {
    Bucket: TARGET,
    Account: DST,
    AccessControlTranslation: { Owner: "Destination" },
    EncryptionConfiguration: { ReplicaKmsKeyID: to },
    ...destination,
  },
  ...more,
});
const configure = (...Rules: ReplicationRule[]) =>
  stage.s3().send(
    new PutBucketReplicationCommand({
      Bucket: "source",
      ReplicationConfiguration: { Role: ROLE, Rules: Rules.length === 0 ? [rule()] : Rules },
    }),
  );

const away = () => stage.s3(DST, FRANKFURT);
const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
  stage.put(stage.s3(), "source", Key, more);
const underKey = () => ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: from }) as const;
const statusOf = async (Key: string) => (await stage.head(stage.s3(), "source", Key)).ReplicationStatus;
const minutes = () => stage.clock.advance(600);
/** Writes an object under the source's key, and how its way ended: in a status, and in S3's reason for a failure. */
async function ended(Key = "a", more: Partial<PutObjectCommandInput> = underKey()): Promise<string> {
  await put(Key, more);
  await minutes();
  const [failure] = stage.composition.replicationFailures();
  return failure?.failureReason ?? String(await statusOf(Key));
}

describe("an object of a replicated bucket", () => {
  test("is pending, then completed, and a replica of the same version where it goes", async () => {
    await configure();
    const { VersionId } = await put("a", { ...underKey(), Tagging: "team=web", Metadata: { name: "web" } });
    expect(await statusOf("a")).toBe("PENDING");
    expect(await refusalOf(stage.head(away(), "target", "a"))).not.toBe("none");
    await minutes();
    expect(await statusOf("a")).toBe("COMPLETED");
    expect(await stage.head(away(), "target", "a")).toMatchObject({
      ReplicationStatus: "REPLICA",
      VersionId,
      SSEKMSKeyId: to,
      Metadata: { name: "web" },
    });
    expect(await stage.read(away(), "target", "a")).toBe("content");
  });

  test("stays under S3's own key when its source is, whatever the target's default", async () => {
    await configure();
    expect(await ended("a", {})).toBe("COMPLETED");
    expect(await stage.head(away(), "target", "a")).toMatchObject({ ServerSideEncryption: "AES256" });
  });

  test("under a KMS key goes only where the rule says so", async () => {
    const plain = rule({ SourceSelectionCriteria: undefined }, { EncryptionConfiguration: undefined });
    await configure(plain);
    expect(await ended()).toBe("undefined");
    expect(await ended("b", {})).toBe("COMPLETED");
  });

  test("that was there before the rule does not go", async () => {
    await put("a");
    await configure();
    await minutes();
    expect(await statusOf("a")).toBeUndefined();
  });

  test("goes by the rule whose prefix or tags it has", async () => {
    await configure(
      rule({ Filter: { Prefix: "logs/" } }),
      rule({
        ...{ ID: "tagged", Priority: 2, Filter: { Tag: { Key: "team", Value: "web" } } },
        DeleteMarkerReplication: { Status: "Disabled" },
      }),
    );
    expect(await ended("logs/a")).toBe("COMPLETED");
    expect(await ended("other")).toBe("undefined");
    expect(await ended("tagged", { Tagging: "team=web" })).toBe("COMPLETED");
  });

  test("that is on its way when the cloud is dumped arrives in the cloud that is made of it", async () => {
    await configure();
    await put("a", underKey());
    const underWay = await stage.prepared();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a" }));
    await underWay();
    expect(await statusOf("a")).toBe("PENDING");
    await minutes();
    expect(await stage.head(away(), "target", "a")).toMatchObject({ SSEKMSKeyId: to });
  });

  test("has no replica of a replica, whereas what is written to the target goes on", async () => {
    await stage.bucket("further", DST, IRELAND, true);
    const everything = policy({ Action: "*", Resource: "*" });
    const onward = stage.moto.addRole(DST, "onward", { trust: FOR_S3, policies: { own: everything } });
    await configure();
    await away().send(
      new PutBucketReplicationCommand({
        Bucket: "target",
        ReplicationConfiguration: {
          Role: onward,
          Rules: [
            rule({ SourceSelectionCriteria: undefined, Destination: { Bucket: "arn:aws:s3:::further" } }),
          ],
        },
      }),
    );
    expect(await ended("a", {})).toBe("COMPLETED");
    await stage.put(away(), "target", "b");
    await minutes();
    const further = (key: string) => refusalOf(stage.head(stage.s3(DST), "further", key));
    expect(await further("a")).not.toBe("none");
    expect(await further("b")).toBe("none");
  });

  test("carries changed tags after it", async () => {
    await configure();
    await put("a", { Tagging: "team=web" });
    await minutes();
    const tags = [{ Key: "team", Value: "ops" }];
    await stage
      .s3()
      .send(new PutObjectTaggingCommand({ Bucket: "source", Key: "a", Tagging: { TagSet: tags } }));
    await minutes();
    const { TagSet } = await away().send(new GetObjectTaggingCommand({ Bucket: "target", Key: "a" }));
    expect(TagSet).toEqual(tags);
  });
});

describe("a deletion", () => {
  const isThere = async () => (await refusalOf(stage.head(away(), "target", "a"))) === "none";

  test("goes along as a delete marker where the rule says so", async () => {
    await configure();
    await ended();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a" }));
    await minutes();
    expect(await isThere()).toBe(false);
  });

  test.each([
    ["the rule does not", () => configure(rule({ DeleteMarkerReplication: { Status: "Disabled" } }))],
    ["the role may not", () => configure().then(() => openBucket("s3:ReplicateObject"))],
  ])("does not go along where %s", async (_what, prepare) => {
    await configure();
    await ended();
    await prepare();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a" }));
    await minutes();
    expect(await isThere()).toBe(true);
  });

  test("of a version never goes along", async () => {
    await configure();
    const { VersionId } = await put("a");
    await minutes();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a", VersionId }));
    await minutes();
    expect(await isThere()).toBe(true);
  });
});

describe("what the replication role lacks is named as S3 names it", () => {
  const on = (Action: string[]) => ({ Action, Resource: "*" });

  test("nothing, with the documented permissions", async () => {
    await configure();
    expect(await ended()).toBe("COMPLETED");
  });

  test.each<[string, () => void | Promise<unknown>]>([
    ["SrcHeadObjectNotPermitted", () => role({ source: on(["s3:GetReplicationConfiguration"]) })],
    ["InitiateReplicationNotPermitted", () => role({ source: NOTHING })],
    [
      "SrcGetObjectNotPermitted",
      () => role({ objects: on(["s3:GetObjectVersion", "s3:GetObjectVersionAcl"]) }),
    ],
    ["SrcGetAclNotPermitted", () => role({ objects: on(["s3:GetObjectVersionForReplication"]) })],
    ["SrcGetObjectNotPermitted", () => role({ opens: NOTHING })],
    ["DstPutObjectNotPermitted", () => role({ target: NOTHING })],
    ["DstPutAclNotPermitted", () => role({ target: on(["s3:ReplicateObject"]) })],
    ["DstPutObjectNotPermitted", () => role({ closes: NOTHING })],
    ["DstPutObjectNotPermitted", () => role({ closes: via(IRELAND, "*", ["kms:Encrypt"], ["*"]) })],
    ["DstPutObjectNotPermitted", () => openBucket("s3:ReplicateDelete")],
    ["DstPutObjectNotPermitted", () => openKey("kms:Decrypt")],
    [
      "DstKmsKeyInvalidState",
      () => stage.kms(administratorOf(DST), FRANKFURT).send(new DisableKeyCommand({ KeyId: to })),
    ],
    [
      "SrcKmsKeyInvalidState",
      async () => {
        await put("a", underKey());
        await stage.kms(administratorOf(SRC)).send(new DisableKeyCommand({ KeyId: from }));
      },
    ],
    [
      "DstKmsKeyNotFound",
      async () => configure(rule({}, { EncryptionConfiguration: { ReplicaKmsKeyID: from } })),
    ],
    [
      "AssumeRoleNotPermitted",
      () => stage.moto.roles.delete(`${SRC}/replication`) && stage.forgetIdentities(),
    ],
  ])("%s", async (reason, prepare) => {
    await configure();
    await prepare();
    const more = reason === "SrcKmsKeyInvalidState" ? undefined : underKey();
    if (more !== undefined) await put("a", more);
    await minutes();
    expect(stage.composition.replicationFailures()).toMatchObject([
      { failureReason: reason, ruleId: "to-target" },
    ]);
    expect(await statusOf("a")).toBe("FAILED");
  });

  test("the administrator of the rehearsal is told which object, where to and why", async () => {
    await configure();
    await openBucket("s3:ReplicateDelete");
    const { VersionId } = await put("a");
    await minutes();
    expect((await stage.control("GET", "replication")).failures).toEqual([
      {
        object: `source/a?${VersionId}`,
        destination: "target",
        ruleId: "to-target",
        failureReason: "DstPutObjectNotPermitted",
      },
    ]);
  });

  test("a plain read is enough for an object that is under no KMS key", async () => {
    role({ objects: on(["s3:GetObjectVersion", "s3:GetObjectVersionAcl"]) });
    await configure();
    expect(await ended("a", {})).toBe("COMPLETED");
  });

  test("a bucket key at the target is opened again, under the bucket's ARN", async () => {
    const byDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: to } as const;
    await away().send(
      new PutBucketEncryptionCommand({
        Bucket: "target",
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: true }],
        },
      }),
    );
    await configure();
    role({ closes: via(FRANKFURT, to, ["kms:Encrypt"], ["*"]) });
    expect(await ended()).toBe("DstPutObjectNotPermitted");
    role({ closes: via(FRANKFURT, to, ["kms:Encrypt", "kms:Decrypt"], [`${TARGET}/*`]) });
    await put("b", underKey());
    await minutes();
    expect(await statusOf("b")).toBe("FAILED");
    role({});
    await put("c", underKey());
    await minutes();
    expect(await stage.head(away(), "target", "c")).toMatchObject({
      BucketKeyEnabled: true,
      SSEKMSKeyId: to,
    });
  });
});

describe("a replica", () => {
  const ownership = () =>
    away().send(
      new PutBucketOwnershipControlsCommand({
        Bucket: "target",
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      }),
    );

  test("is the source owner's where ACLs are enabled and the rule does not say otherwise", async () => {
    await ownership();
    await configure(rule({}, { Account: undefined, AccessControlTranslation: undefined }));
    expect(await ended("a", {})).toBe("COMPLETED");
    expect(await refusalOf(stage.read(away(), "target", "a"))).toMatch(/^AccessDenied/);
  });

  test("is the destination owner's with the override", async () => {
    await ownership();
    await configure();
    expect(await ended("a", {})).toBe("COMPLETED");
    expect(await stage.read(away(), "target", "a")).toBe("content");
  });
});

describe("a configuration", () => {
  const V2 = /^InvalidRequest: .* must be specified for this version of/;

  test("is shown as it was put, every element of it", async () => {
    await configure();
    const { ReplicationConfiguration } = await stage
      .s3()
      .send(new GetBucketReplicationCommand({ Bucket: "source" }));
    expect(ReplicationConfiguration).toEqual({ Role: ROLE, Rules: [rule()] });
  });

  test.each<[string, () => ReplicationRule, RegExp | string]>([
    ["has no priority", () => rule({ Priority: undefined }), V2],
    ["does not speak of delete markers", () => rule({ DeleteMarkerReplication: undefined }), V2],
    [
      "replicates delete markers by tag",
      () => rule({ Filter: { Tag: { Key: "a", Value: "b" } } }),
      /^InvalidRequest: Delete marker replication is not supported if any Tag filter is specified/,
    ],
    [
      "names no key for objects under keys",
      () => rule({}, { EncryptionConfiguration: undefined }),
      "InvalidRequest: ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
    ],
    [
      "selects no objects and says so",
      () => rule({ SourceSelectionCriteria: {} }, { EncryptionConfiguration: undefined }),
      "InvalidRequest: SourceSelectionCriteria cannot be empty",
    ],
    [
      "names a key for no objects",
      () => rule({ SourceSelectionCriteria: undefined }),
      "InvalidRequest: SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
    ],
    [
      "asks for existing objects",
      () => rule({ ExistingObjectReplication: { Status: "Enabled" } }),
      /^MalformedXML/,
    ],
    [
      "goes to a bucket that is not there",
      () => rule({}, { Bucket: "arn:aws:s3:::none" }),
      "InvalidRequest: Destination bucket must exist.",
    ],
    [
      "names another owner of the destination",
      () => rule({}, { Account: SRC }),
      "InvalidRequest: Account must be the owner of the destination bucket.",
    ],
  ])("that %s is refused", async (_what, made, refusal) => {
    expect(await refusalOf(configure(made()))).toMatch(refusal);
  });

  test("asks for versions on both sides", async () => {
    await stage.bucket("plain");
    await stage.bucket("plain-target", DST, FRANKFURT);
    const Rules = [rule({}, { Bucket: "arn:aws:s3:::plain-target" })];
    const call = (Bucket: string) =>
      refusalOf(
        stage
          .s3()
          .send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration: { Role: ROLE, Rules } })),
      );
    expect(await call("plain")).toBe(
      "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    );
    expect(await call("source")).toBe("InvalidRequest: Destination bucket must have versioning enabled.");
  });

  test("is put by whoever may pass the role to S3", async () => {
    const put = async (name: string, ...statements: object[]) => {
      const caller = stage.s3(
        await stage.roleWith(name, { Action: "s3:PutReplicationConfiguration" }, ...statements),
      );
      const configuration = { Role: ROLE, Rules: [rule()] };
      return refusalOf(
        caller.send(
          new PutBucketReplicationCommand({ Bucket: "source", ReplicationConfiguration: configuration }),
        ),
      );
    };
    const pass = (service: string) => ({
      Action: "iam:PassRole",
      Resource: ROLE,
      Condition: { StringEquals: { "iam:PassedToService": service } },
    });
    expect(await put("none")).toMatch(/perform: iam:PassRole/);
    expect(await put("other", pass("ec2.amazonaws.com"))).toMatch(/perform: iam:PassRole/);
    expect(await put("right", pass("s3.amazonaws.com"))).toBe("none");
  });
});
