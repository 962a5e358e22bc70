import { AuditTrail, BucketGrants, RunnerRole, type AuditTrailProps } from "../../../constructs";
import {
  addresses,
  onlyResource,
  policyOf,
  resources,
  synthesisedScope,
  type PolicyText,
} from "../../_helpers/synthesised";

const environment = { partition: "aws", account: "111111111111", region: "eu-central-1" };
const TRAIL = "arn:aws:cloudtrail:eu-central-1:111111111111:trail/audit";

function synthesised(props: Partial<AuditTrailProps> = {}, use?: (trail: AuditTrail) => void) {
  return synthesisedScope((scope) => {
    const trail = new AuditTrail(scope, "trail", {
      trailName: "audit",
      bucketName: "acme-audit",
      environment,
      ...props,
    });
    use?.(trail);
  });
}

const sids = ({ Statement }: PolicyText) => Statement.map(({ Sid }) => Sid);

test("a trail logs all management events of all Regions, including KMS events, with log file validation and under its key", () => {
  const stack = synthesised();
  const trail = onlyResource(stack, "aws_cloudtrail");
  const [key] = Object.keys(stack.resource?.["aws_kms_key"] ?? {});
  expect(trail).toMatchObject({
    name: "audit",
    s3_bucket_name: "acme-audit",
    kms_key_id: `\${aws_kms_key.${key}.arn}`,
    is_multi_region_trail: true,
    include_global_service_events: true,
    enable_log_file_validation: true,
    enable_logging: true,
    depends_on: expect.arrayContaining([expect.stringMatching(/^aws_s3_bucket_policy\./)]) as string[],
  });
  // CloudTrail's own selector: a selector that excludes kms.amazonaws.com can only be written down.
  expect(trail).not.toHaveProperty("event_selector");
  expect(trail).not.toHaveProperty("advanced_event_selector");
  expect(trail).not.toHaveProperty("is_organization_trail");
  expect(trail).not.toHaveProperty("cloud_watch_logs_group_arn");
});

test("its bucket is private, owned by its account and versioned, and removes log files after the retention period", () => {
  const stack = synthesised({ retentionDays: 400 });
  expect(onlyResource(stack, "aws_s3_bucket_public_access_block")).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(onlyResource(stack, "aws_s3_bucket_ownership_controls")).toMatchObject({
    rule: { object_ownership: "BucketOwnerEnforced" },
  });
  expect(onlyResource(stack, "aws_s3_bucket_versioning")).toMatchObject({
    versioning_configuration: { status: "Enabled" },
  });
  expect(onlyResource(stack, "aws_s3_bucket_lifecycle_configuration")).toMatchObject({
    rule: [
      {
        status: "Enabled",
        expiration: [{ days: 400 }],
        noncurrent_version_expiration: [{ noncurrent_days: 30 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
    ],
  });
  const [rule] = onlyResource(synthesised(), "aws_s3_bucket_lifecycle_configuration")["rule"] as object[];
  expect(rule).not.toHaveProperty("expiration");
  expect(rule).toHaveProperty("abort_incomplete_multipart_upload");
});

test("no plan can destroy or replace it, and no log file can be deleted, unless removalPolicy is destroy", () => {
  const types = ["aws_cloudtrail", "aws_s3_bucket", "aws_kms_key"];
  const kept = synthesised();
  for (const type of types)
    expect(onlyResource(kept, type)).toMatchObject({ lifecycle: { prevent_destroy: true } });
  expect(sids(policyOf(onlyResource(kept, "aws_s3_bucket_policy")))).toContain("NobodyDeletesLogs");
  expect(sids(policyOf(onlyResource(kept, "aws_kms_key")))).toContain("NobodySchedulesDeletion");
  const given = synthesised({ removalPolicy: "destroy" });
  for (const type of types) expect(onlyResource(given, type)).not.toHaveProperty("lifecycle");
  expect(onlyResource(given, "aws_s3_bucket")).not.toHaveProperty("force_destroy");
  expect(sids(policyOf(onlyResource(given, "aws_s3_bucket_policy")))).not.toContain("NobodyDeletesLogs");
  expect(sids(policyOf(onlyResource(given, "aws_kms_key")))).not.toContain("NobodySchedulesDeletion");
});

test("the account keeps access to its key, and the policies name the trail before it exists", () => {
  const stack = synthesised();
  expect(sids(policyOf(onlyResource(stack, "aws_kms_key")))).toEqual([
    "AccountDecidesByIam",
    "NobodySchedulesDeletion",
    "CloudTrailDescribesKey",
    "CloudTrailEncryptsLogs",
  ]);
  for (const type of ["aws_kms_key", "aws_s3_bucket_policy"])
    for (const { Sid, Condition } of policyOf(onlyResource(stack, type)).Statement)
      if (Sid.startsWith("CloudTrail"))
        expect(Condition?.["StringEquals"]?.["aws:SourceArn"]).toEqual([TRAIL]);
  expect(stack.data).toBeUndefined();
});

test("an unknown environment is read from AWS, without a dependency cycle", () => {
  const stack = synthesisedScope((scope) => {
    new AuditTrail(scope, "trail", { trailName: "audit", bucketName: "acme-audit" });
  });
  expect(Object.keys(stack.data ?? {}).sort()).toEqual([
    "aws_caller_identity",
    "aws_partition",
    "aws_region",
  ]);
  for (const type of ["aws_kms_key", "aws_s3_bucket_policy"])
    expect(String(onlyResource(stack, type)["policy"])).not.toMatch(/aws_cloudtrail\./);
});

test("a log group is under the same key, with a role that writes into it, and the trail waits for both", () => {
  const stack = synthesised({
    logGroup: { logGroupName: "audit", roleName: "audit-trail", retentionDays: 30 },
  });
  const [group] = Object.keys(stack.resource?.["aws_cloudwatch_log_group"] ?? {});
  const [role] = Object.keys(stack.resource?.["aws_iam_role"] ?? {});
  const { kms_key_id: trailKey, ...trail } = onlyResource(stack, "aws_cloudtrail");
  expect(trail).toMatchObject({
    cloud_watch_logs_group_arn: `\${aws_cloudwatch_log_group.${group}.arn}:*`,
    cloud_watch_logs_role_arn: `\${aws_iam_role.${role}.arn}`,
    depends_on: expect.arrayContaining([expect.stringMatching(/^aws_iam_role_policy\./)]) as string[],
  });
  expect(onlyResource(stack, "aws_cloudwatch_log_group")).toMatchObject({
    name: "audit",
    kms_key_id: trailKey,
    retention_in_days: 30,
  });
  expect(sids(policyOf(onlyResource(stack, "aws_kms_key")))).toContain("LogsEncryptEvents");
});

test("an organisation's trail can write log files for all of its accounts", () => {
  const stack = synthesised({ organizationId: "o-exampleorgid", prefix: "trails/" });
  expect(onlyResource(stack, "aws_cloudtrail")).toMatchObject({
    is_organization_trail: true,
    s3_key_prefix: "trails",
  });
  const { Statement } = policyOf(onlyResource(stack, "aws_s3_bucket_policy"));
  expect(Statement.find(({ Sid }) => Sid === "CloudTrailWritesLogs")?.Resource).toEqual([
    "arn:aws:s3:::acme-audit/trails/AWSLogs/111111111111/*",
    "arn:aws:s3:::acme-audit/trails/AWSLogs/o-exampleorgid/*",
  ]);
});

test("roles of the trail's account get read access by a grant, and roles of other accounts by readerPolicy", () => {
  const seen: { policy?: string } = {};
  const stack = synthesisedScope((scope) => {
    const trail = new AuditTrail(scope, "trail", {
      trailName: "audit",
      bucketName: "acme-audit",
      environment,
    });
    const trust = [
      {
        sid: "Account",
        effect: "Allow",
        principal: { AWS: ["arn:aws:iam::111111111111:root"] },
        actions: ["sts:AssumeRole"],
      },
    ] as const;
    const role = new RunnerRole(scope, "role", {
      roleName: "auditor",
      trust,
      policy: [],
      keyOf: () => trail.key,
    });
    BucketGrants.fromBucket(trail.logs).read(role);
    seen.policy = trail.readerPolicy;
  });
  const granted = resources(stack, "aws_iam_role_policy").map((body) => policyOf(body).Statement);
  const statements = granted.find((all) => all.some(({ Sid }) => Sid === "ReadObjects")) ?? [];
  expect(statements.map(({ Sid }) => Sid)).toEqual(["ListObjects", "ReadObjects", "DecryptObjects"]);
  const handedOut = (JSON.parse(seen.policy ?? "") as PolicyText).Statement.map(({ Sid }) => Sid);
  expect(handedOut).toEqual(["ListObjects", "ReadObjects", "DecryptObjects"]);
});

test.each([
  ["trailName", { trailName: "a" }],
  ["trailName", { trailName: "audit..trail" }],
  ["trailName", { trailName: "192.168.0.1" }],
  ["bucketName", { bucketName: "Audit" }],
  ["prefix", { prefix: "trails" }],
  ["prefix", { prefix: "/trails/" }],
  ["alias", { keyAlias: "audit" }],
  ["retentionDays", { retentionDays: 30 }],
  ["organizationId", { organizationId: "example" }],
  ["account", { readers: [{ account: "12", roleName: "auditor" }] }],
  ["logGroupName", { logGroup: { logGroupName: "a b", roleName: "audit" } }],
  ["roleName", { logGroup: { logGroupName: "audit", roleName: "a b" } }],
  ["retentionDays", { logGroup: { logGroupName: "audit", roleName: "audit", retentionDays: 31 } }],
] as const)("a %s that AWS would refuse is refused when the stack is synthesised: %j", (prop, props) => {
  expect(() => synthesised(props)).toThrow(new RegExp(`${prop} is .*, allowed is `));
});

test("the same props give the same stack at a second deployment", () => {
  expect(addresses(synthesised({ tags: { team: "audit" } }))).toEqual(addresses(synthesised()));
});
