import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  UpdateObjectEncryptionCommand,
  type ObjectLockRule,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { IRELAND, refusalOf } from "./lib/stage";
import {
  away,
  configure,
  minutes,
  put,
  role,
  stage,
  statusOf,
  underKey,
  useReplication,
} from "./lib/replication-stage";

/**
 * Object Lock of buckets and of versions, and what replicas keep of it. Source: S3 user guide, "Locking objects with
 * Object Lock".
 */

useReplication();

const DAY = 86_400_000;
const PROTECTED = "AccessDenied: Access Denied because object protected by object lock.";
const lock = (Bucket = "source", client = stage.s3(), Rule?: ObjectLockRule) =>
  client.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", ...(Rule === undefined ? {} : { Rule }) },
    }),
  );
const inDays = (days: number) => new Date(stage.clock.now().getTime() + days * DAY);
const retained = (mode: "GOVERNANCE" | "COMPLIANCE", days = 10): Partial<PutObjectCommandInput> => ({
  ObjectLockMode: mode,
  ObjectLockRetainUntilDate: inDays(days),
});
const remove = (VersionId: string | undefined, more: object = {}, client = stage.s3()) =>
  refusalOf(client.send(new DeleteObjectCommand({ Bucket: "source", Key: "a", VersionId, ...more })));
const retain = (Retention: object | undefined, more: object = {}) =>
  refusalOf(
    stage.s3().send(new PutObjectRetentionCommand({ Bucket: "source", Key: "a", Retention, ...more })),
  );
const hold = (Status: "ON" | "OFF") =>
  stage.s3().send(new PutObjectLegalHoldCommand({ Bucket: "source", Key: "a", LegalHold: { Status } }));

describe("Object Lock of a bucket", () => {
  test("exists from the bucket's creation, with versioning, or since it was set, and cannot be removed", async () => {
    await stage.s3().send(
      new CreateBucketCommand({
        Bucket: "locked",
        ObjectLockEnabledForBucket: true,
        CreateBucketConfiguration: { LocationConstraint: IRELAND },
      }),
    );
    const shown = async (Bucket: string) =>
      (await stage.s3().send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration;
    expect(await shown("locked")).toEqual({ ObjectLockEnabled: "Enabled" });
    expect(await refusalOf(shown("source"))).toMatch(/^ObjectLockConfigurationNotFoundError/);
    const rule = { DefaultRetention: { Mode: "GOVERNANCE" as const, Days: 3 } };
    await lock("source", stage.s3(), rule);
    expect(await shown("source")).toEqual({ ObjectLockEnabled: "Enabled", Rule: rule });
    const suspend = new PutBucketVersioningCommand({
      Bucket: "locked",
      VersioningConfiguration: { Status: "Suspended" },
    });
    expect(await refusalOf(stage.s3().send(suspend))).toMatch(/^InvalidBucketState: An Object Lock/);
    await stage.bucket("plain");
    expect(await refusalOf(lock("plain"))).toMatch(/^InvalidBucketState: Versioning must be/);
    const empty = new PutObjectLockConfigurationCommand({ Bucket: "source" });
    expect(await refusalOf(stage.s3().send(empty))).toMatch(/^MissingRequestBodyError/);
  });

  test("gives new versions its default retention, if they have none", async () => {
    await lock("source", stage.s3(), { DefaultRetention: { Mode: "COMPLIANCE", Years: 1 } });
    await put("a");
    const { ObjectLockMode, ObjectLockRetainUntilDate } = await stage.head(stage.s3(), "source", "a");
    expect({ ObjectLockMode, ObjectLockRetainUntilDate }).toEqual({
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: inDays(365),
    });
    await put("a", retained("GOVERNANCE"));
    expect(await stage.head(stage.s3(), "source", "a")).toMatchObject({ ObjectLockMode: "GOVERNANCE" });
  });
});

describe("a locked version", () => {
  test("cannot be deleted before its time, except by a delete marker", async () => {
    await lock();
    const { VersionId } = await put("a", retained("COMPLIANCE"));
    expect(await remove(VersionId)).toBe(PROTECTED);
    expect(await remove(VersionId, { BypassGovernanceRetention: true })).toBe(PROTECTED);
    expect(await remove(undefined)).toBe("none");
    await stage.clock.advance(11 * 86_400);
    expect(await remove(VersionId)).toBe("none");
  });

  test("in governance mode can be deleted by a caller that may bypass it and requests it", async () => {
    await lock();
    const { VersionId } = await put("a", retained("GOVERNANCE"));
    const bypass = { BypassGovernanceRetention: true };
    const deleter = stage.s3(await stage.roleWith("deleter", { Action: "s3:DeleteObject*" }));
    expect(await remove(VersionId, bypass, deleter)).toBe(PROTECTED);
    expect(await remove(VersionId)).toBe(PROTECTED);
    expect(await remove(VersionId, bypass)).toBe("none");
  });

  test("is kept while a legal hold is on, regardless of its retention", async () => {
    await lock();
    const { VersionId } = await put("a");
    await hold("ON");
    expect(await remove(VersionId)).toBe(PROTECTED);
    const shown = await stage.s3().send(new GetObjectLegalHoldCommand({ Bucket: "source", Key: "a" }));
    expect(shown.LegalHold).toEqual({ Status: "ON" });
    await hold("OFF");
    expect(await remove(VersionId)).toBe("none");
  });

  test("is left out of a multi-object deletion, which reports it", async () => {
    await lock();
    const { VersionId } = await put("a", retained("COMPLIANCE"));
    const { VersionId: free } = await put("b");
    const Objects = [
      { Key: "a", VersionId },
      { Key: "b", VersionId: free },
    ];
    const { Deleted, Errors } = await stage
      .s3()
      .send(new DeleteObjectsCommand({ Bucket: "source", Delete: { Objects } }));
    expect(Deleted).toMatchObject([{ Key: "b" }]);
    expect(Errors).toMatchObject([{ Key: "a", VersionId, Code: "AccessDenied" }]);
    expect(await refusalOf(stage.head(stage.s3(), "source", "a"))).toBe("none");
  });

  test("can be retained longer, and shorter only in governance mode; compliance is never weakened", async () => {
    await lock();
    await put("a", retained("GOVERNANCE"));
    expect(await retain({ Mode: "GOVERNANCE", RetainUntilDate: inDays(20) })).toBe("none");
    expect(await retain({ Mode: "GOVERNANCE", RetainUntilDate: inDays(5) })).toBe(PROTECTED);
    const bypass = { BypassGovernanceRetention: true };
    expect(await retain({ Mode: "COMPLIANCE", RetainUntilDate: inDays(5) }, bypass)).toBe("none");
    expect(await retain({ Mode: "GOVERNANCE", RetainUntilDate: inDays(30) }, bypass)).toBe(PROTECTED);
    expect(await retain({ Mode: "COMPLIANCE", RetainUntilDate: inDays(-1) })).toMatch(/^InvalidArgument/);
    const { Retention } = await stage
      .s3()
      .send(new GetObjectRetentionCommand({ Bucket: "source", Key: "a" }));
    expect(Retention).toEqual({ Mode: "COMPLIANCE", RetainUntilDate: inDays(5) });
  });

  test("keeps its encryption key", async () => {
    await lock();
    const { SSEKMSKeyId = "" } = underKey();
    await put("a", retained("GOVERNANCE"));
    const update = new UpdateObjectEncryptionCommand({
      Bucket: "source",
      Key: "a",
      ObjectEncryption: { SSEKMS: { KMSKeyArn: SSEKMSKeyId } },
    });
    expect(await refusalOf(stage.s3().send(update))).toMatch(/^InvalidRequest: .* Object Lock/);
  });

  test("is shown as locked, and can be locked during a write, only with the permissions for it", async () => {
    await lock();
    await put("a", retained("GOVERNANCE"));
    const reader = stage.s3(await stage.roleWith("reader", { Action: ["s3:GetObject", "s3:PutObject"] }));
    expect((await stage.head(reader, "source", "a")).ObjectLockMode).toBeUndefined();
    expect(await refusalOf(stage.put(reader, "source", "b", retained("GOVERNANCE")))).toMatch(
      /perform: s3:PutObjectRetention/,
    );
    expect(await refusalOf(stage.put(stage.s3(), "source", "b", { ObjectLockMode: "GOVERNANCE" }))).toMatch(
      /^InvalidArgument: x-amz-object-lock-retain-until-date/,
    );
  });

  test("cannot exist in a bucket without Object Lock", async () => {
    const missing = "InvalidRequest: Bucket is missing Object Lock Configuration";
    expect(await refusalOf(put("a", retained("GOVERNANCE")))).toBe(missing);
    await put("a");
    expect(await refusalOf(hold("ON"))).toBe(missing);
  });
});

describe("replication out of a bucket with Object Lock", () => {
  const reason = () => stage.composition.replicationFailures()[0]?.failureReason;
  const objects = {
    Action: ["s3:GetObjectVersion*", "s3:GetObjectRetention", "s3:GetObjectLegalHold"],
    Resource: "arn:aws:s3:::source/*",
  };
  const begin = async () => {
    await lock();
    await lock("target", away());
    await configure();
  };

  test("copies retention and legal hold to the replica, and later changes, too", async () => {
    await begin();
    role({ objects });
    await put("a", { ...underKey(), ...retained("COMPLIANCE"), ObjectLockLegalHoldStatus: "ON" });
    await minutes();
    const until = (await stage.head(stage.s3(), "source", "a")).ObjectLockRetainUntilDate;
    expect(await stage.head(away(), "target", "a")).toMatchObject({
      ReplicationStatus: "REPLICA",
      ObjectLockMode: "COMPLIANCE",
      ObjectLockRetainUntilDate: until,
      ObjectLockLegalHoldStatus: "ON",
    });
    await hold("OFF");
    await minutes();
    expect(await stage.head(away(), "target", "a")).toMatchObject({ ObjectLockLegalHoldStatus: "OFF" });
  });

  test("gives a replica without a retention the destination's default", async () => {
    await begin();
    role({ objects });
    await lock("target", away(), { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } });
    await put("a", underKey());
    await minutes();
    expect(await stage.head(away(), "target", "a")).toMatchObject({ ObjectLockMode: "GOVERNANCE" });
  });

  test("fails for every object where the destination has no Object Lock", async () => {
    await lock();
    await configure();
    role({ objects });
    await put("a", underKey());
    await minutes();
    expect([await statusOf("a"), reason()]).toEqual(["FAILED", "DstBucketObjectLockConfigMissing"]);
  });

  test.each([
    ["s3:GetObjectLegalHold", "SrcGetRetentionNotPermitted"],
    ["s3:GetObjectRetention", "SrcGetLegalHoldNotPermitted"],
  ])("fails where the role has only %s", async (action, expected) => {
    await begin();
    role({ objects: { ...objects, Action: ["s3:GetObjectVersion*", action] } });
    await put("a", underKey());
    await minutes();
    expect(reason()).toBe(expected);
  });
});
