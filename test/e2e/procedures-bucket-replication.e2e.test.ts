import { DST, ownerOfKey, policyOf, SRC, useWorkplace, whereTheCliIs, type Terminal } from "./lib/procedures";

/** A bucket is replicated to another account and Region; all objects must end under the destination's own key. */

jest.setTimeout(240_000);

const OHIO = "us-east-2";
const FRANKFURT = "eu-central-1";
const SOURCE = "arn:aws:s3:::source-test-replication";
const TARGET = "arn:aws:s3:::destination-test-replication";
const ROLE = `arn:aws:iam::${SRC}:role/replication`;
const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

const place = useWorkplace();

whereTheCliIs(describe)("typed with the AWS CLI", () => {
  let ohio: Terminal;
  let frankfurt: Terminal;
  let sourceKey: string;
  let targetKey: string;

  const minutes = () => place.cloud.clock.advance(900);
  const keyPolicy = (...statements: object[]) => {
    frankfurt.file("key-policy.json", policyOf(...statements));
    return `aws kms put-key-policy --key-id ${targetKey} --policy-name default --policy file://key-policy.json`;
  };
  const roleMay = (...statements: object[]) => {
    ohio.file("role-policy.json", policyOf(...statements));
    const named = "--role-name replication --policy-name replication";
    return ohio.type(`aws iam put-role-policy ${named} --policy-document file://role-policy.json`);
  };
  const configure = (more: object, destination: object = {}) => {
    const rule = {
      ...{ ID: "all", Priority: 1, Status: "Enabled", Filter: { Prefix: "" } },
      DeleteMarkerReplication: { Status: "Enabled" },
      Destination: {
        Bucket: TARGET,
        Account: DST,
        AccessControlTranslation: { Owner: "Destination" },
        ...destination,
      },
      ...more,
    };
    ohio.file("replication.json", { Role: ROLE, Rules: [rule] });
    return "aws s3api put-bucket-replication --bucket source-test-replication --replication-configuration file://replication.json";
  };
  const put = (key: string, more = "") =>
    ohio.type(`echo content | aws s3 cp - s3://source-test-replication/${key} ${more}`);
  const under = () => `--sse aws:kms --sse-kms-key-id ${sourceKey}`;
  const status = async (key: string) =>
    (await place.look.object([SRC, OHIO], "source-test-replication", key)).ReplicationStatus;
  const replica = (key: string) => place.look.object([DST, FRANKFURT], "destination-test-replication", key);

  /** The role's permissions on the buckets, as in the Amazon S3 User Guide. */
  const ON_BUCKETS = [
    { Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: SOURCE },
    {
      Action: ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
      Resource: `${SOURCE}/*`,
    },
    {
      Action: [
        "s3:ReplicateObject",
        "s3:ReplicateDelete",
        "s3:ReplicateTags",
        "s3:ObjectOwnerOverrideToBucketOwner",
      ],
      Resource: `${TARGET}/*`,
    },
  ];
  const onKeys = () => [
    { Action: "kms:Decrypt", Resource: sourceKey },
    { Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"], Resource: targetKey },
  ];

  beforeAll(async () => {
    ohio = place.terminal(SRC, OHIO);
    frankfurt = place.terminal(DST, FRANKFURT);
    ohio.file(
      "trust.json",
      policyOf({ Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" }),
    );
    const versioned = (bucket: string) =>
      `aws s3 mb s3://${bucket} && aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`;
    await Promise.all([
      ohio.type(versioned("source-test-replication")),
      frankfurt.type(versioned("destination-test-replication")),
      ohio.type(
        "aws iam create-role --role-name replication --assume-role-policy-document file://trust.json",
      ),
    ]);
    const create = "aws kms create-key --query KeyMetadata.Arn";
    [sourceKey, targetKey] = await Promise.all([ohio.type(create), frankfurt.type(create)]);
    const byDefault = `{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"${targetKey}"}}]}`;
    frankfurt.file(
      "bucket-policy.json",
      policyOf({
        Principal: { AWS: ROLE },
        Action: ["s3:Replicate*", "s3:ObjectOwnerOverrideToBucketOwner"],
        Resource: `${TARGET}/*`,
      }),
    );
    await frankfurt.type(
      `aws s3api put-bucket-encryption --bucket destination-test-replication --server-side-encryption-configuration '${byDefault}'`,
    );
    await frankfurt.type(
      "aws s3api put-bucket-policy --bucket destination-test-replication --policy file://bucket-policy.json",
    );
  });

  test("the article's principal is invalid, and without the account's statement the key policy is refused", async () => {
    const forRole = (principal: string, Resource = "*") => ({
      Principal: { AWS: principal },
      Action: USE,
      Resource,
    });
    const nobody = keyPolicy(ownerOfKey(DST), forRole("arn:aws:iam::<Replication role ARN>\u201d"));
    expect((await frankfurt.refusal(nobody)).code).toMatch(
      /MalformedPolicyDocumentException|ValidationException/,
    );
    expect(await frankfurt.refusal(keyPolicy(forRole(ROLE)))).toEqual({
      code: "MalformedPolicyDocumentException",
      message: "The new key policy will not allow you to update the key policy in the future.",
    });
    // KMS accepts this statement without an error, but it has no effect: the resource of a key policy is the key.
    await frankfurt.type(keyPolicy(ownerOfKey(DST), forRole(ROLE, TARGET)));
  });

  test("the article's configuration replicates an unencrypted object, but not under the destination's key", async () => {
    await put("before");
    await roleMay(...ON_BUCKETS, { Action: USE, Resource: sourceKey });
    await ohio.type(configure({}));
    await put("plain");
    await minutes();
    expect(await status("plain")).toBe("COMPLETED");
    expect(await replica("plain")).toMatchObject({
      ServerSideEncryption: "AES256",
      ReplicationStatus: "REPLICA",
    });
  });

  test("with both buckets encrypted, objects under a KMS key are not replicated", async () => {
    await put("left", under());
    await minutes();
    expect(await status("left")).toBeUndefined();
    const wanted = { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } } };
    expect(await ohio.refusal(configure(wanted))).toEqual({
      code: "InvalidRequest",
      message: "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
    });
    await ohio.type(configure(wanted, { EncryptionConfiguration: { ReplicaKmsKeyID: targetKey } }));
  });

  test("with the key named in the rule, the role still cannot use it, because its policy names the wrong key", async () => {
    await put("refused", under());
    await minutes();
    expect(await status("refused")).toBe("FAILED");
    await roleMay(...ON_BUCKETS, ...onKeys());
    await put("still-refused", under());
    await minutes();
    expect(await status("still-refused")).toBe("FAILED");
    const { failures } = await ohio.type("curl -s $AWS_ENDPOINT_URL/_rehearsal/replication");
    const reasons = failures.map((failure: { failureReason: string }) => failure.failureReason);
    expect(reasons).toEqual(["DstPutObjectNotPermitted", "DstPutObjectNotPermitted"]);
  });

  test("with both halves the replica is under the destination's key and owned by the destination account", async () => {
    const role = {
      Principal: { AWS: ROLE },
      Action: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
    };
    await frankfurt.type(keyPolicy(ownerOfKey(DST), { Sid: "Replicas", ...role }));
    await put("right", under());
    await minutes();
    expect(await status("right")).toBe("COMPLETED");
    expect(await replica("right")).toMatchObject({ SSEKMSKeyId: targetKey, ReplicationStatus: "REPLICA" });
    expect(await frankfurt.type("aws s3 cp s3://destination-test-replication/right -")).toBe("content");
  });

  test("an object from before the rule is replicated after it is written again under the source's key", async () => {
    expect((await frankfurt.refusal("aws s3 cp s3://destination-test-replication/before -")).message).toMatch(
      /404|Not Found/,
    );
    const object = "s3://source-test-replication/before";
    await ohio.type(`aws s3 cp ${object} ${object} ${under()}`);
    await minutes();
    expect(await replica("before")).toMatchObject({ SSEKMSKeyId: targetKey });
  });
});

test("with boto3: bucket keys, delete markers, a disabled key, and the error that a reader gets", async () => {
  const seen = await place.boto3("procedures_bucket_replication.py");
  expect(seen.unversioned).toEqual({
    code: "InvalidRequest",
    message: "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
  });
  expect(seen.missing).toEqual({ code: "InvalidRequest", message: "Destination bucket must exist." });
  expect(seen.oldForm.message).toMatch(
    /^Priority must be specified for this version of the Cross Region Replication/,
  );
  expect(seen.pending).toBe("PENDING");
  expect(seen.replica).toEqual({
    status: "REPLICA",
    key: seen.keys.target,
    bucketKey: true,
    version: seen.version,
  });
  expect(seen.tags).toEqual([{ Key: "team", Value: "web" }]);
  expect(seen.context).toEqual(["arn:aws:s3:::program-replicas"]);
  expect(seen.disabled).toBe("FAILED");
  expect(seen.markers).toEqual(["deleted"]);
  expect(seen.reader.code).toBe("AccessDenied");
});
