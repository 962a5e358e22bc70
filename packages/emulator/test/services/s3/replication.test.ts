import {
  DeleteObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketReplicationCommand,
  PutObjectTaggingCommand,
  type S3Client,
  type Tag,
} from "@aws-sdk/client-s3";
import { policy } from "../../lib/cloud";
import { DST, IRELAND, refusalOf } from "./lib/stage";
import {
  FOR_S3,
  TARGET,
  away,
  configure,
  ended,
  minutes,
  openBucket,
  put,
  rule,
  stage,
  statusOf,
  to,
  underKey,
  useReplication,
} from "./lib/replication-stage";

/** What S3 replicates, and with which result. */

useReplication();

const provided = { SSECustomerAlgorithm: "AES256", SSECustomerKey: "k".repeat(32) };
const unblock = (client: S3Client, bucket: string) => stage.blockEncryption(client, bucket, "NONE");

describe("an object of a replicated bucket", () => {
  test("is pending, then completed, with a replica of the same version at the destination", async () => {
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

  test("stays under S3's own key when its source is, regardless of the target's default", async () => {
    await configure();
    expect(await ended("a", {})).toBe("COMPLETED");
    expect(await stage.head(away(), "target", "a")).toMatchObject({ ServerSideEncryption: "AES256" });
  });

  test("under a KMS key is replicated only where the rule says so", async () => {
    const plain = rule({ SourceSelectionCriteria: undefined }, { EncryptionConfiguration: undefined });
    await configure(plain);
    expect(await ended()).toBe("undefined");
    expect(await ended("b", {})).toBe("COMPLETED");
  });

  test("under a key that its writer keeps is replicated without that key, and stays under it", async () => {
    await unblock(stage.s3(), "source");
    await unblock(away(), "target");
    const plain = rule({ SourceSelectionCriteria: undefined }, { EncryptionConfiguration: undefined });
    await configure(plain);
    await put("a", provided);
    await minutes();
    expect(stage.composition.replicationFailures()).toEqual([]);
    const headOf = (client: S3Client, Bucket: string) =>
      client.send(new HeadObjectCommand({ Bucket, Key: "a", ...provided }));
    expect(await headOf(stage.s3(), "source")).toMatchObject({ ReplicationStatus: "COMPLETED" });
    const replica = await headOf(away(), "target");
    expect(replica).toMatchObject({ ReplicationStatus: "REPLICA", SSECustomerAlgorithm: "AES256" });
    expect(replica.ServerSideEncryption).toBeUndefined();
    expect(await refusalOf(stage.read(away(), "target", "a"))).toMatch(
      /^InvalidRequest: The object was stored using a form of Server Side Encryption/,
    );
  });

  test("under such a key fails where the target blocks SSE-C, or its policy does", async () => {
    await unblock(stage.s3(), "source");
    await configure();
    await put("a", provided);
    await minutes();
    await unblock(away(), "target");
    await stage.putPolicy(away(), "target", {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:ReplicateObject",
      Resource: `${TARGET}/*`,
      Condition: { Null: { "s3:x-amz-server-side-encryption-customer-algorithm": "false" } },
    });
    await put("b", provided);
    await minutes();
    expect(stage.composition.replicationFailures().map(({ failureReason }) => failureReason)).toEqual([
      "DstPutObjectNotPermitted",
      "DstPutObjectNotPermitted",
    ]);
  });

  test("that existed before the rule is not replicated", async () => {
    await put("a");
    await configure();
    await minutes();
    expect(await statusOf("a")).toBeUndefined();
  });

  test("is replicated by the rule that matches its prefix or tags", async () => {
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

  test("whose replication is in progress when the cloud is dumped is replicated in the cloud that loads the dump", async () => {
    await configure();
    await put("a", underKey());
    const underWay = await stage.prepared();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a" }));
    await underWay();
    expect(await statusOf("a")).toBe("PENDING");
    await minutes();
    expect(await stage.head(away(), "target", "a")).toMatchObject({ SSEKMSKeyId: to });
  });

  test("has no replica of a replica, but objects written to the target are replicated", async () => {
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

  test.each<[string, Tag[]]>([
    ["changed tags", [{ Key: "team", Value: "ops" }]],
    ["that it has no tags any more", []],
  ])("updates %s on the replica", async (_what, TagSet) => {
    await configure();
    await put("a", { Tagging: "team=web" });
    await minutes();
    await stage.s3().send(new PutObjectTaggingCommand({ Bucket: "source", Key: "a", Tagging: { TagSet } }));
    await minutes();
    const replica = await away().send(new GetObjectTaggingCommand({ Bucket: "target", Key: "a" }));
    expect(replica.TagSet).toEqual(TagSet);
  });
});

describe("a deletion", () => {
  const exists = async () => (await refusalOf(stage.head(away(), "target", "a"))) === "none";

  test("is replicated as a delete marker where the rule says so", async () => {
    await configure();
    await ended();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a" }));
    await minutes();
    expect(await exists()).toBe(false);
  });

  test.each([
    ["the rule does not", () => configure(rule({ DeleteMarkerReplication: { Status: "Disabled" } }))],
    ["the role may not", () => configure().then(() => openBucket("s3:ReplicateObject"))],
  ])("is not replicated where %s", async (_what, prepare) => {
    await configure();
    await ended();
    await prepare();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a" }));
    await minutes();
    expect(await exists()).toBe(true);
  });

  test("of a version is never replicated", async () => {
    await configure();
    const { VersionId } = await put("a");
    await minutes();
    await stage.s3().send(new DeleteObjectCommand({ Bucket: "source", Key: "a", VersionId }));
    await minutes();
    expect(await exists()).toBe(true);
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

  test("belongs to the source's owner where ACLs are enabled and the rule does not say otherwise", async () => {
    await ownership();
    await configure(rule({}, { Account: undefined, AccessControlTranslation: undefined }));
    expect(await ended("a", {})).toBe("COMPLETED");
    expect(await refusalOf(stage.read(away(), "target", "a"))).toMatch(/^AccessDenied/);
  });

  test("belongs to the destination's owner with the override", async () => {
    await ownership();
    await configure();
    expect(await ended("a", {})).toBe("COMPLETED");
    expect(await stage.read(away(), "target", "a")).toBe("content");
  });
});
