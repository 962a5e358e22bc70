import { isAllowed, type AccessRequest } from "@keyferry/evaluator";
import { bucketPolicy, BUCKET_ROWS, proofTarget, renderPolicy, type BucketAccess } from "../../../policy";

const OWNER = "222222222222";
const KEY = `arn:aws:kms:eu-central-1:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const BUCKET = "arn:aws:s3:::replicas";
const ROLE = { account: "111111111111", roleName: "replicator" };

const ACCESS: BucketAccess = {
  partition: "aws",
  bucketArn: BUCKET,
  keyArn: KEY,
  retained: true,
  replicators: [{ ...ROLE, deleteMarkers: true, objectLock: true }],
};

const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
};

function roleOf(account: string, name: string): AccessRequest["principal"] {
  return {
    kind: "assumed-role",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${name}/session`,
    roleArn: `arn:aws:iam::${account}:role/${name}`,
  };
}

const owner = roleOf(OWNER, "administrator");
const replicator = roleOf(ROLE.account, ROLE.roleName);

/** Whether the bucket policy allows an action to a principal to which IAM allows everything. */
function may(
  principal: AccessRequest["principal"],
  action: string,
  context: AccessRequest["context"] = {},
  access: BucketAccess = ACCESS,
): boolean {
  const resource = action === "s3:DeleteBucket" ? BUCKET : `${BUCKET}/object`;
  return isAllowed(
    {
      action,
      resource,
      resourceAccount: OWNER,
      principal,
      context: { "aws:SecureTransport": "true", ...context },
    },
    {
      identity: [{ name: "everything", document: EVERYTHING }],
      resource: { name: "bucket policy", document: renderPolicy(bucketPolicy(access), proofTarget) },
    },
  );
}

const under = (algorithm: string, key?: string) => ({
  "s3:x-amz-server-side-encryption": algorithm,
  ...(key === undefined ? {} : { "s3:x-amz-server-side-encryption-aws-kms-key-id": key }),
});
const OTHER_KEY = KEY.replace("1234abcd", "99999999");

test.each([
  ["names no encryption, so that the default applies", {}],
  ["names the bucket's key", under("aws:kms", KEY)],
  ["names the bucket's key for two layers", under("aws:kms:dsse", KEY)],
])("a PutObject request is allowed that %s", (_what, context) => {
  expect(may(owner, "s3:PutObject", context)).toBe(true);
});

test.each([
  ["names SSE-S3", under("AES256")],
  ["names KMS and no key, which is the AWS managed key", under("aws:kms")],
  ["names another key", under("aws:kms", OTHER_KEY)],
  [
    "uses a customer-provided key (SSE-C)",
    { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" },
  ],
  ["does not use TLS", { "aws:SecureTransport": "false" }],
])("a PutObject request is denied that %s", (_what, context) => {
  expect(may(owner, "s3:PutObject", context)).toBe(false);
});

test("a replica is allowed only under the bucket's key", () => {
  expect(may(replicator, "s3:ReplicateObject", under("aws:kms", KEY))).toBe(true);
  expect(may(replicator, "s3:ReplicateObject", under("aws:kms", OTHER_KEY))).toBe(false);
  expect(may(replicator, "s3:ReplicateObject", under("AES256"))).toBe(false);
  const kept = { "s3:x-amz-server-side-encryption-customer-algorithm": "AES256" };
  expect(may(replicator, "s3:ReplicateObject", kept)).toBe(false);
});

describe("a role of another account", () => {
  const actions = [
    "s3:ReplicateObject",
    "s3:ReplicateTags",
    "s3:ReplicateDelete",
    "s3:ObjectOwnerOverrideToBucketOwner",
  ];

  test.each(actions)("may %s if it was granted, and other roles may not", (action) => {
    expect(may(replicator, action)).toBe(true);
    expect(may(roleOf(ROLE.account, "other"), action)).toBe(false);
    expect(may(roleOf("333333333333", ROLE.roleName), action)).toBe(false);
  });

  test.each(["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectAcl"])(
    "may not %s",
    (action) => expect(may(replicator, action)).toBe(false),
  );

  test("may not write delete markers if its rules do not replicate them", () => {
    const access = { ...ACCESS, replicators: [{ ...ROLE, deleteMarkers: false }] };
    expect(may(replicator, "s3:ReplicateDelete", {}, access)).toBe(false);
    expect(may(replicator, "s3:ReplicateObject", {}, access)).toBe(true);
  });
});

test("no principal may delete a retained bucket", () => {
  expect(may(owner, "s3:DeleteBucket")).toBe(false);
  expect(may(owner, "s3:DeleteBucket", {}, { ...ACCESS, retained: false })).toBe(true);
});

test("every row has a reason and a source, and one statement", () => {
  expect(bucketPolicy(ACCESS).map(({ sid }) => sid)).toEqual(BUCKET_ROWS.map(({ id }) => id));
  for (const { why, source } of BUCKET_ROWS) {
    expect(why.length).toBeGreaterThan(20);
    expect(source).toMatch(/^S3 /);
  }
});
