import type { Construct } from "constructs";
import {
  BucketReplication,
  CustomerManagedKey,
  EncryptedBucket,
  ExistingBucket,
  type BucketReplicationProps,
  type IBucket,
  type ReplicationRule,
} from "../../../constructs";
import { onlyResource, policyOf, resources, synthesisedScope } from "../../_helpers/synthesised";

const SOURCE = { partition: "aws", account: "111111111111", region: "us-east-2" };
const TARGET = { partition: "aws", account: "222222222222", region: "eu-central-1" };
type Environment = typeof SOURCE;

/** A bucket with its key, both created by the test's stack. */
function made(scope: Construct, bucketName: string, environment: Environment): EncryptedBucket {
  const encryptionKey = new CustomerManagedKey(scope, `${bucketName}-key`, {
    alias: `alias/${bucketName}`,
    description: bucketName,
    environment,
  });
  return new EncryptedBucket(scope, `${bucketName}-bucket`, { bucketName, encryptionKey, environment });
}

/** An existing bucket with its key, both of another owner. */
function theirs(scope: Construct, environment: Environment): ExistingBucket {
  const { account, region } = environment;
  const keyArn = `arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  return new ExistingBucket(scope, "theirs", {
    bucketArn: "arn:aws:s3:::theirs",
    encryptionKey: CustomerManagedKey.fromKeyArn(scope, keyArn),
    environment,
  });
}

interface Buckets {
  readonly scope: Construct;
  readonly source: IBucket;
  readonly target: IBucket;
}

function replicated(
  rulesOf: (buckets: Buckets) => readonly ReplicationRule[],
  props: Partial<BucketReplicationProps> = {},
  environment: Environment = TARGET,
) {
  return synthesisedScope((scope) => {
    const source = made(scope, "documents", SOURCE);
    const target = made(scope, "replicas", environment);
    const rules = rulesOf({ scope, source, target });
    new BucketReplication(scope, "replication", { source, rules, ...props });
  });
}

const rulesIn = (stack: ReturnType<typeof replicated>) =>
  onlyResource(stack, "aws_s3_bucket_replication_configuration")["rule"] as readonly object[];

function statementsOf(stack: ReturnType<typeof replicated>, type: string): readonly string[] {
  return resources(stack, type).flatMap((body) => policyOf(body).Statement.map(({ Sid }) => Sid));
}

test("a rule sets everything that AWS requires, and earlier rules have priority", () => {
  const stack = replicated(({ target }) => [
    { id: "first", destination: target, prefix: "logs/", objectTags: { team: "web" } },
    { id: "second", destination: target, deleteMarkers: true, replicationTimeControl: true },
    { id: "third", destination: target, enabled: false, objectTags: { team: "web" }, metrics: true },
  ]);
  expect(rulesIn(stack)).toMatchObject([
    {
      id: "first",
      priority: 3,
      status: "Enabled",
      filter: { and: { prefix: "logs/", tags: { team: "web" } } },
      delete_marker_replication: { status: "Disabled" },
      source_selection_criteria: { sse_kms_encrypted_objects: { status: "Enabled" } },
    },
    {
      priority: 2,
      filter: { prefix: "" },
      delete_marker_replication: { status: "Enabled" },
      destination: {
        account: TARGET.account,
        access_control_translation: { owner: "Destination" },
        replication_time: { status: "Enabled", time: { minutes: 15 } },
        metrics: { status: "Enabled", event_threshold: { minutes: 15 } },
      },
    },
    {
      priority: 1,
      status: "Disabled",
      filter: { tag: { key: "team", value: "web" } },
      destination: { metrics: { status: "Enabled" } },
    },
  ]);
});

test("replication depends on versioning and on every policy", () => {
  const stack = replicated(({ target }) => [{ id: "all", destination: target }]);
  const { depends_on } = onlyResource(stack, "aws_s3_bucket_replication_configuration");
  const types = (depends_on as readonly string[]).map((address) => address.split(".")[0]);
  expect(types.filter((type) => type === "aws_s3_bucket_versioning")).toHaveLength(2);
  expect(types.filter((type) => type === "aws_s3_bucket_policy")).toHaveLength(2);
  expect(types).toContain("aws_iam_role_policy");
});

test("with Object Lock on the source, the role may read locks and lock replicas, and the destination allows it", () => {
  const rule = ({ target }: Buckets) => [{ id: "all", destination: target }];
  const stack = replicated(rule, { objectLock: true });
  expect(statementsOf(stack, "aws_iam_role_policy")).toEqual(
    expect.arrayContaining(["ReadObjectLocks", "LockReplicas"]),
  );
  expect(statementsOf(stack, "aws_s3_bucket_policy")).toContain("ReplicatorsLockReplicas");
  const without = replicated(rule);
  expect(statementsOf(without, "aws_iam_role_policy")).not.toContain("ReadObjectLocks");
  expect(statementsOf(without, "aws_s3_bucket_policy")).not.toContain("ReplicatorsLockReplicas");
});

test("within one account, resource policies do not change and the owner of replicas does not change", () => {
  const stack = replicated(
    ({ target }) => [{ id: "all", destination: target }],
    {},
    {
      ...SOURCE,
      region: "eu-central-1",
    },
  );
  expect(statementsOf(stack, "aws_s3_bucket_policy").filter((sid) => /^Replicators/.test(sid))).toEqual([]);
  expect(statementsOf(stack, "aws_kms_key").filter((sid) => /^Replicators/.test(sid))).toEqual([]);
  expect(statementsOf(stack, "aws_iam_role_policy")).not.toContain("HandReplicasOver");
  expect(rulesIn(stack)).not.toMatchObject([{ destination: { account: expect.anything() } }]);
});

test("several destinations share one role, which names each key and has no wildcard", () => {
  const stack = replicated(({ scope, target }) => [
    { id: "one", destination: target },
    { id: "two", destination: made(scope, "more", { ...TARGET, account: "333333333333" }) },
  ]);
  const { Statement } = policyOf(onlyResource(stack, "aws_iam_role_policy"));
  const encrypt = Statement.find(({ Sid }) => Sid === "EncryptReplicas");
  expect(encrypt?.Resource).toHaveLength(2);
  for (const { Action, Resource = [] } of Statement) {
    if (Action.some((action) => action.startsWith("kms:"))) expect(Resource.join()).not.toContain("*");
  }
});

test("two buckets replicate into each other", () => {
  const stack = synthesisedScope((scope) => {
    const left = made(scope, "left", SOURCE);
    const right = made(scope, "right", TARGET);
    const rule = { id: "all", replicaModifications: true };
    new BucketReplication(scope, "there", { source: left, rules: [{ ...rule, destination: right }] });
    new BucketReplication(scope, "back", { source: right, rules: [{ ...rule, destination: left }] });
  });
  const sids = statementsOf(stack, "aws_kms_key").filter((sid) => sid === "ReplicatorsEncrypt");
  expect(sids).toHaveLength(2);
});

describe("an existing destination", () => {
  const props = (scope: Construct): BucketReplicationProps => ({
    source: made(scope, "documents", SOURCE),
    rules: [{ id: "all", destination: theirs(scope, TARGET), deleteMarkers: true }],
  });

  test("is refused until its owner allows it, and the error says what to do", () => {
    expect(() =>
      synthesisedScope((scope) => new BucketReplication(scope, "replication", props(scope))),
    ).toThrow(
      "existingPoliciesAllowIt is false, and the policy of theirs or of its key is not made here, allowed is true once its owner allows it",
    );
  });

  test("keeps its policies, and policiesFor returns the statements that its owner must add", () => {
    const stack = synthesisedScope((scope) => {
      const given = { ...props(scope), existingPoliciesAllowIt: true };
      const replication = new BucketReplication(scope, "replication", given);
      const destination = given.rules[0]?.destination as IBucket;
      const { bucketPolicy, keyPolicy } = replication.policiesFor(destination);
      expect(policyOf({ policy: bucketPolicy }).Statement).toMatchObject([
        { Sid: "ReplicatorsWriteReplicas", Resource: ["arn:aws:s3:::theirs/*"] },
        { Sid: "ReplicatorsWriteDeleteMarkers" },
        { Sid: "ReplicatorsHandOver" },
      ]);
      expect(policyOf({ policy: keyPolicy }).Statement.map(({ Sid }) => Sid)).toEqual([
        "ReplicatorsEncrypt",
        "ReplicatorsOpenBucketKey",
        "ReplicatorsGenerateDataKey",
      ]);
    });
    expect(resources(stack, "aws_s3_bucket_policy")).toHaveLength(1);
  });
});

const OTHER_KEY = `arn:aws:kms:us-east-2:${TARGET.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const ALIAS = `arn:aws:kms:eu-central-1:${TARGET.account}:alias/replicas`;

test.each<[string, (buckets: Buckets) => readonly ReplicationRule[], string]>([
  ["the source as destination", ({ source }) => [{ id: "a", destination: source }], "is the source itself"],
  [
    "an alias instead of a key",
    ({ target }) => [{ id: "a", destination: target, replicaKey: { keyArn: ALIAS, keyId: "replicas" } }],
    `replicaKey is "${ALIAS}", allowed is the ARN of a key`,
  ],
  [
    "a key of another Region",
    ({ target }) => [{ id: "a", destination: target, replicaKey: { keyArn: OTHER_KEY, keyId: "1234abcd" } }],
    "replicaKey is in us-east-2, allowed is the destination's Region, eu-central-1",
  ],
  [
    "replication time control without metrics",
    ({ target }) => [{ id: "a", destination: target, replicationTimeControl: true, metrics: false }],
    "metrics is false, allowed is true with replicationTimeControl",
  ],
  [
    "delete markers with a filter on tags",
    ({ target }) => [{ id: "a", destination: target, deleteMarkers: true, objectTags: { team: "web" } }],
    "deleteMarkers is true, allowed is false with objectTags",
  ],
  ["a negative priority", ({ target }) => [{ id: "a", destination: target, priority: -1 }], "priority is -1"],
  [
    "an id that is too long",
    ({ target }) => [{ id: "a".repeat(256), destination: target }],
    "256 characters",
  ],
  ["no rules", () => [], "rules has 0 rules, allowed are 1 to 1000"],
  [
    "two rules with the same id",
    ({ target }) => [
      { id: "a", destination: target },
      { id: "a", destination: target },
    ],
    "id a is used by several rules",
  ],
  [
    "two rules with the same priority",
    ({ target }) => [
      { id: "a", destination: target, priority: 1 },
      { id: "b", destination: target },
    ],
    "priority 1 is used by several rules",
  ],
])("rejects %s", (_what, rulesOf, message) => {
  expect(() => replicated(rulesOf)).toThrow(message);
});

test("reports every problem together", () => {
  expect(() =>
    replicated(({ source, target }) => [
      { id: "a", destination: source },
      { id: "a", destination: target, replicationTimeControl: true, metrics: false },
    ]),
  ).toThrow(/3 problems in the replication rules:\n {2}rules\[0\].*\n {2}rules\[1\].*\n {2}id a is/);
});

test("only S3 can assume the role, and with trustOnlySource only for the source", () => {
  const trustOf = (trustOnlySource: boolean) =>
    policyOf(
      onlyResource(
        replicated(({ target }) => [{ id: "all", destination: target }], { trustOnlySource }),
        "aws_iam_role",
      ),
      "assume_role_policy",
    ).Statement;
  expect(trustOf(false)).toEqual([
    {
      Sid: "S3Replicates",
      Effect: "Allow",
      Principal: { Service: ["s3.amazonaws.com"] },
      Action: ["sts:AssumeRole"],
    },
  ]);
  expect(trustOf(true)).toMatchObject([
    { Condition: { StringEquals: { "aws:SourceAccount": [SOURCE.account] } } },
  ]);
});

test("a role name that AWS would refuse is refused", () => {
  const rulesOf = ({ target }: Buckets) => [{ id: "all", destination: target }];
  expect(() => replicated(rulesOf, { roleName: "a role" })).toThrow('roleName is "a role"');
});
