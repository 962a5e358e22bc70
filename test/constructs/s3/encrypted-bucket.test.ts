import {
  CustomerManagedKey,
  EncryptedBucket,
  ExistingBucket,
  type EncryptedBucketProps,
} from "../../../constructs";
import { onlyResource, policyOf, resources, synthesisedScope } from "../../_helpers/synthesised";

const KEY_ARN = "arn:aws:kms:eu-central-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const environment = { partition: "aws", account: "222222222222", region: "eu-central-1" };

function synthesised(props: Partial<EncryptedBucketProps> = {}, use?: (bucket: EncryptedBucket) => void) {
  return synthesisedScope((scope) => {
    const encryptionKey = CustomerManagedKey.fromKeyArn(scope, KEY_ARN);
    const bucket = new EncryptedBucket(scope, "bucket", {
      bucketName: "replicas",
      encryptionKey,
      environment,
      ...props,
    });
    use?.(bucket);
  });
}

test("a bucket is versioned, private, owned by its account, and under its key with a Bucket Key", () => {
  const stack = synthesised();
  expect(onlyResource(stack, "aws_s3_bucket")).toMatchObject({ bucket: "replicas" });
  expect(onlyResource(stack, "aws_s3_bucket_versioning")).toMatchObject({
    versioning_configuration: { status: "Enabled" },
  });
  expect(onlyResource(stack, "aws_s3_bucket_ownership_controls")).toMatchObject({
    rule: { object_ownership: "BucketOwnerEnforced" },
  });
  expect(onlyResource(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(onlyResource(stack, "aws_s3_bucket_server_side_encryption_configuration")).toMatchObject({
    rule: [
      {
        apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: KEY_ARN },
        bucket_key_enabled: true,
      },
    ],
  });
});

test("no plan can destroy or replace it, unless removalPolicy is destroy; its objects are never deleted", () => {
  expect(onlyResource(synthesised(), "aws_s3_bucket")).toMatchObject({
    lifecycle: { prevent_destroy: true },
  });
  const stack = synthesised({ removalPolicy: "destroy" });
  expect(onlyResource(stack, "aws_s3_bucket")).not.toHaveProperty("lifecycle");
  expect(onlyResource(stack, "aws_s3_bucket")).not.toHaveProperty("force_destroy");
  const sids = policyOf(onlyResource(stack, "aws_s3_bucket_policy")).Statement.map(({ Sid }) => Sid);
  expect(sids).not.toContain("NobodyDeletesBucket");
});

test("its policy has the statements of the permission table, of its grants, and its own", () => {
  const own = {
    sid: "Readers",
    effect: "Allow",
    principal: { AWS: ["arn:aws:iam::333333333333:root"] },
    actions: ["s3:GetObject"],
    resources: ["arn:aws:s3:::replicas/*"],
  } as const;
  const stack = synthesised({ policy: [own] }, (bucket) => {
    bucket.grants.allowReplicationFrom({ account: "111111111111", roleName: "replicator" });
    bucket.grants.allowReplicationFrom(
      { account: "444444444444", roleName: "replicator" },
      { deleteMarkers: true },
    );
  });
  const { Statement } = policyOf(onlyResource(stack, "aws_s3_bucket_policy"));
  const of = (sid: string) => Statement.find(({ Sid }) => Sid === sid);
  expect(of("ReplicatorsWriteReplicas")).toMatchObject({
    Principal: { AWS: ["arn:aws:iam::111111111111:root", "arn:aws:iam::444444444444:root"] },
  });
  expect(of("ReplicatorsWriteDeleteMarkers")).toMatchObject({
    Condition: { ArnEquals: { "aws:PrincipalArn": ["arn:aws:iam::444444444444:role/replicator"] } },
  });
  expect(of("Readers")).toMatchObject({ Action: ["s3:GetObject"] });
});

test("Object Lock is enabled after versioning, and the default retention is left to the bucket's owner", () => {
  expect(resources(synthesised(), "aws_s3_bucket_object_lock_configuration")).toEqual([]);
  expect(
    onlyResource(synthesised({ objectLock: true }), "aws_s3_bucket_object_lock_configuration"),
  ).toMatchObject({
    object_lock_enabled: "Enabled",
    lifecycle: { ignore_changes: ["rule"] },
    depends_on: [expect.stringMatching(/^aws_s3_bucket_versioning\./)],
  });
});

test("a role that is granted access twice is listed once, with all of its grants", () => {
  const role = { account: "111111111111", roleName: "replicator" };
  const stack = synthesised({}, ({ grants }) => {
    grants.allowReplicationFrom(role, { deleteMarkers: true });
    grants.allowReplicationFrom(role);
    expect(grants.replicators).toEqual([{ ...role, deleteMarkers: true }]);
  });
  expect(resources(stack, "aws_s3_bucket_policy")).toHaveLength(1);
});

test.each([
  [{ bucketName: "Replicas" }, 'bucketName is "Replicas"'],
  [{ bucketName: "a..b" }, 'bucketName is "a..b"'],
  [{ bucketName: "ab" }, 'bucketName is "ab"'],
])("fails for %j", (props, message) => {
  expect(() => synthesised(props)).toThrow(message);
});

test("rejects a policy that is longer than S3 accepts, and names its length", () => {
  const policy = Array.from({ length: 200 }, (_, index) => ({
    sid: `Reader${index}`,
    effect: "Allow" as const,
    principal: { AWS: ["arn:aws:iam::333333333333:root"] },
    actions: ["s3:GetObject"],
    resources: ["arn:aws:s3:::replicas/*"],
  }));
  expect(() => synthesised({ policy })).toThrow(/policy is \d+ bytes long, allowed is at most 20480 bytes/);
});

test("an existing bucket and key are only referred to, not created or changed", () => {
  const stack = synthesisedScope((scope) => {
    const encryptionKey = CustomerManagedKey.fromKeyArn(scope, KEY_ARN);
    const bucket = new ExistingBucket(scope, "theirs", {
      bucketArn: "arn:aws:s3:::theirs",
      encryptionKey,
      environment,
    });
    expect(bucket).toMatchObject({ bucketName: "theirs", encryptionKey: { keyArn: KEY_ARN } });
    expect(encryptionKey.keyId).toBe("1234abcd-12ab-34cd-56ef-1234567890ab");
  });
  expect(stack.resource).toBeUndefined();
});

test("an alias instead of a key ARN, and a name instead of a bucket ARN, are refused", () => {
  const alias = "arn:aws:kms:eu-central-1:222222222222:alias/replicas";
  expect(() => synthesisedScope((scope) => CustomerManagedKey.fromKeyArn(scope, alias))).toThrow(
    'keyArn is "arn:aws:kms:eu-central-1:222222222222:alias/replicas"',
  );
  expect(() =>
    synthesisedScope(
      (scope) =>
        new ExistingBucket(scope, "theirs", {
          bucketArn: "theirs",
          encryptionKey: CustomerManagedKey.fromKeyArn(scope, KEY_ARN),
        }),
    ),
  ).toThrow('bucketArn is "theirs"');
});
