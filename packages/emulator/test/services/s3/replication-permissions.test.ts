import { DisableKeyCommand } from "@aws-sdk/client-kms";
import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { administratorOf } from "../../lib/cloud";
import { DST, FRANKFURT, IRELAND, SRC } from "./lib/stage";
import {
  NOTHING,
  TARGET,
  away,
  configure,
  ended,
  from,
  minutes,
  openBucket,
  openKey,
  put,
  role,
  rule,
  stage,
  statusOf,
  to,
  underKey,
  useReplication,
  via,
} from "./lib/replication-stage";

/** Which permissions S3 replicates with, and its names for missing ones. */

useReplication();

describe("a missing permission of the replication role is reported with S3's reason", () => {
  const on = (Action: string[]) => ({ Action, Resource: "*" });

  test("none, with the documented permissions", async () => {
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

  test("the administrator of the rehearsal cloud sees which object failed, its destination and the reason", async () => {
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

  test("a bucket key at the target is decrypted again, with the bucket's ARN", async () => {
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
