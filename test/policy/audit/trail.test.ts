import { isAllowed, type AccessRequest } from "@keyferry/evaluator";
import {
  keyOwnerPolicy,
  proofTarget,
  renderPolicy,
  rolePolicy,
  trailArn,
  trailBucketPolicy,
  trailKeyPolicy,
  trailLogsPolicy,
  trailLogsTrust,
  type Statement,
  type TrailAccess,
} from "../../../policy";
import { lintReport } from "../../../policy/lint";

const OWNER = "111111111111";
const REGION = "eu-central-1";
const BUCKET = "arn:aws:s3:::acme-audit";
const KEY = `arn:aws:kms:${REGION}:${OWNER}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ACCESS: TrailAccess = {
  partition: "aws",
  account: OWNER,
  region: REGION,
  trailName: "audit",
  bucketArn: BUCKET,
  prefix: "trails/",
  retained: true,
  readers: [{ account: "333333333333", roleName: "auditor" }],
  logGroupName: "audit",
};
const TRAIL = trailArn(ACCESS);
const FILE = `${BUCKET}/trails/AWSLogs/${OWNER}/CloudTrail/${REGION}/2026/11/29/file.json.gz`;
const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

const service = (name: string): AccessRequest["principal"] => ({ kind: "service", account: name, arn: name });
const roleOf = (account: string, name: string): AccessRequest["principal"] => ({
  kind: "assumed-role",
  account,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/session`,
  roleArn: `arn:aws:iam::${account}:role/${name}`,
});
const cloudTrail = service("cloudtrail.amazonaws.com");
const auditor = roleOf("333333333333", "auditor");
const administrator = roleOf(OWNER, "administrator");

/** Whether a resource policy allows a principal an action; IAM, where it applies, allows the principal everything. */
function allows(
  statements: readonly Statement[],
  principal: AccessRequest["principal"],
  action: string,
  resource: string,
  context: AccessRequest["context"],
): boolean {
  return isAllowed(
    { action, resource, resourceAccount: OWNER, principal, context },
    {
      identity: principal.kind === "service" ? [] : [{ name: "everything", document: EVERYTHING }],
      resource: { name: "policy", document: renderPolicy(statements, proofTarget) },
    },
  );
}

const inBucket = (
  principal: AccessRequest["principal"],
  action: string,
  resource = FILE,
  context: AccessRequest["context"] = {},
  access = ACCESS,
) =>
  allows(trailBucketPolicy(access), principal, action, resource, {
    "aws:SecureTransport": "true",
    "aws:PrincipalIsAWSService": String(principal.kind === "service"),
    ...context,
  });

const OF_TRAIL = { "aws:SourceArn": TRAIL };
const WRITTEN = { ...OF_TRAIL, "s3:x-amz-acl": "bucket-owner-full-control" };

describe("the bucket of a trail", () => {
  test("allows CloudTrail to check it and to write below the account's prefix, for this trail", () => {
    expect(inBucket(cloudTrail, "s3:GetBucketAcl", BUCKET, OF_TRAIL)).toBe(true);
    expect(inBucket(cloudTrail, "s3:PutObject", FILE, WRITTEN)).toBe(true);
  });

  test.each([
    ["for another trail of the account", FILE, { ...WRITTEN, "aws:SourceArn": `${TRAIL}-other` }],
    [
      "for a trail of another account",
      FILE,
      { ...WRITTEN, "aws:SourceArn": TRAIL.replace(OWNER, "222222222222") },
    ],
    ["without naming a trail", FILE, { "s3:x-amz-acl": "bucket-owner-full-control" }],
    ["without giving the bucket owner full control", FILE, OF_TRAIL],
    ["without TLS", FILE, { ...WRITTEN, "aws:SecureTransport": "false" }],
    ["for another account", FILE.replace(OWNER, "222222222222"), WRITTEN],
    ["elsewhere in the bucket", `${BUCKET}/elsewhere`, WRITTEN],
  ])("does not allow CloudTrail to write %s", (_what, resource, context) => {
    expect(inBucket(cloudTrail, "s3:PutObject", resource, context)).toBe(false);
  });

  test("does not allow other services to write, or CloudTrail to read or delete", () => {
    expect(inBucket(service("config.amazonaws.com"), "s3:PutObject", FILE, WRITTEN)).toBe(false);
    for (const action of ["s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl"])
      expect(inBucket(cloudTrail, action, FILE, WRITTEN)).toBe(false);
  });

  test("allows an organisation trail to write for all its accounts, and an account trail only for its account", () => {
    const organizationId = "o-exampleorgid";
    const file = FILE.replace(OWNER, `${organizationId}/222222222222`);
    expect(inBucket(cloudTrail, "s3:PutObject", file, WRITTEN, { ...ACCESS, organizationId })).toBe(true);
    expect(inBucket(cloudTrail, "s3:PutObject", file, WRITTEN)).toBe(false);
  });

  test("denies every principal the deletion of log files and of the bucket, if it is retained", () => {
    const deletions = [
      ["s3:DeleteObject", FILE],
      ["s3:DeleteObjectVersion", FILE],
      ["s3:DeleteBucket", BUCKET],
    ] as const;
    for (const [action, resource] of deletions) {
      expect(inBucket(administrator, action, resource)).toBe(false);
      expect(inBucket(administrator, action, resource, {}, { ...ACCESS, retained: false })).toBe(true);
    }
  });

  test("allows only CloudTrail to write, not even an administrator of its account", () => {
    for (const action of ["s3:PutObject", "s3:ReplicateObject"])
      for (const access of [ACCESS, { ...ACCESS, retained: false }])
        expect(inBucket(administrator, action, FILE, {}, access)).toBe(false);
    expect(inBucket(administrator, "s3:GetObject")).toBe(true);
  });

  test("allows the named roles to read over TLS, and no other role of their accounts", () => {
    for (const [action, resource] of [
      ["s3:ListBucket", BUCKET],
      ["s3:GetObject", FILE],
    ] as const) {
      expect(inBucket(auditor, action, resource)).toBe(true);
      expect(inBucket(roleOf("333333333333", "other"), action, resource)).toBe(false);
      expect(inBucket(roleOf("444444444444", "auditor"), action, resource)).toBe(false);
      expect(inBucket(auditor, action, resource, { "aws:SecureTransport": "false" })).toBe(false);
    }
    expect(inBucket(auditor, "s3:PutObject")).toBe(false);
    expect(inBucket(auditor, "s3:GetObject", `${BUCKET}/elsewhere`)).toBe(false);
  });
});

describe("the key of a trail", () => {
  const onKey = (
    principal: AccessRequest["principal"],
    action: string,
    context: AccessRequest["context"] = {},
  ) =>
    allows([...keyOwnerPolicy(ACCESS), ...trailKeyPolicy(ACCESS)], principal, action, KEY, {
      "kms:CallerAccount": principal.account,
      ...context,
    });
  const CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn";

  test("allows CloudTrail data keys for this trail, with a trail of the account as encryption context", () => {
    expect(onKey(cloudTrail, "kms:DescribeKey", OF_TRAIL)).toBe(true);
    expect(onKey(cloudTrail, "kms:GenerateDataKey", { ...OF_TRAIL, [CONTEXT]: TRAIL })).toBe(true);
    const ofMember = TRAIL.replace(REGION, "us-east-1");
    expect(onKey(cloudTrail, "kms:GenerateDataKey", { ...OF_TRAIL, [CONTEXT]: ofMember })).toBe(true);
  });

  test.each([
    ["for another trail", { "aws:SourceArn": `${TRAIL}-other`, [CONTEXT]: TRAIL }],
    ["without naming a trail", { [CONTEXT]: TRAIL }],
    ["without an encryption context", OF_TRAIL],
    [
      "with a trail of another account as encryption context",
      { ...OF_TRAIL, [CONTEXT]: TRAIL.replace(OWNER, "222222222222") },
    ],
  ])("does not allow CloudTrail a data key %s", (_what, context) => {
    expect(onKey(cloudTrail, "kms:GenerateDataKey", context)).toBe(false);
  });

  test("does not allow CloudTrail to decrypt", () => {
    expect(onKey(cloudTrail, "kms:Decrypt", { ...OF_TRAIL, [CONTEXT]: TRAIL })).toBe(false);
  });

  test("allows the reading roles to decrypt only log files, through S3 in its Region", () => {
    const file = { [CONTEXT]: TRAIL, "kms:ViaService": `s3.${REGION}.amazonaws.com` };
    expect(onKey(auditor, "kms:Decrypt", file)).toBe(true);
    expect(onKey(auditor, "kms:Decrypt", { "kms:ViaService": file["kms:ViaService"] })).toBe(false);
    expect(onKey(auditor, "kms:Decrypt", { [CONTEXT]: TRAIL })).toBe(false);
    expect(onKey(roleOf("333333333333", "other"), "kms:Decrypt", file)).toBe(false);
    expect(onKey(auditor, "kms:GenerateDataKey", file)).toBe(false);
  });

  test("allows CloudWatch Logs in its Region only for the trail's log group", () => {
    const logs = service(`logs.${REGION}.amazonaws.com`);
    const group = { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${OWNER}:log-group:audit` };
    expect(onKey(logs, "kms:GenerateDataKey", group)).toBe(true);
    expect(onKey(logs, "kms:Decrypt", {})).toBe(false);
    expect(
      onKey(logs, "kms:Decrypt", {
        "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${OWNER}:log-group:other`,
      }),
    ).toBe(false);
    expect(onKey(service("logs.us-east-1.amazonaws.com"), "kms:Decrypt", group)).toBe(false);
  });

  test("cannot be scheduled for deletion", () => {
    expect(onKey(administrator, "kms:ScheduleKeyDeletion")).toBe(false);
    expect(onKey(administrator, "kms:PutKeyPolicy")).toBe(true);
  });
});

test("the role of a trail may write only to the trail's log streams in its log group", () => {
  const may = (action: string, resource: string) =>
    isAllowed(
      { action, resource, resourceAccount: OWNER, principal: roleOf(OWNER, "trail"), context: {} },
      { identity: [{ name: "policy", document: renderPolicy(trailLogsPolicy(ACCESS), proofTarget) }] },
    );
  const group = `arn:aws:logs:${REGION}:${OWNER}:log-group:audit`;
  const stream = `${group}:log-stream:${OWNER}_CloudTrail_${REGION}`;
  for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
    expect(may(action, stream)).toBe(true);
    expect(may(action, `${group}:log-stream:application`)).toBe(false);
    expect(may(action, stream.replace(":audit:", ":other:"))).toBe(false);
  }
  expect(may("logs:DeleteLogStream", stream)).toBe(false);
});

test("every policy of a trail passes every rule of the linter", () => {
  const read = { bucketArn: BUCKET, region: REGION, keyArn: KEY, use: "read" } as const;
  const policies = [
    { kind: "bucket", statements: trailBucketPolicy({ ...ACCESS, organizationId: "o-exampleorgid" }) },
    { kind: "key", statements: [...keyOwnerPolicy(ACCESS), ...trailKeyPolicy(ACCESS)] },
    { kind: "identity", statements: trailLogsPolicy(ACCESS) },
    { kind: "trust", statements: trailLogsTrust(ACCESS) },
    { kind: "identity", statements: rolePolicy({ keys: [], buckets: [read] }) },
  ] as const;
  for (const { kind, statements } of policies) {
    const context = { account: OWNER, ...(kind === "key" ? { region: REGION, keyArn: KEY } : {}) };
    const { findings } = lintReport({ kind, document: renderPolicy(statements, proofTarget), context });
    expect(findings).toEqual([]);
  }
});
