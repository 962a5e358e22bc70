import {
  bucketPolicy,
  judgeReplication,
  proofTarget,
  renderPolicy,
  replicaKeyPolicy,
  replicationPolicy,
  replicationTrust,
  type PolicyDocument,
  type ReplicatedObject,
  type ReplicationAccess,
  type ReplicationDocuments,
} from "../../../policy";

/** Finds from the policies alone which account must act when a half of a permission is missing. */

const SRC = "111111111111";
const DST = "222222222222";
const SOURCE_KEY = `arn:aws:kms:us-east-2:${SRC}:key/11111111-2222-3333-4444-555555555555`;
const REPLICA_KEY = `arn:aws:kms:eu-central-1:${DST}:key/66666666-7777-8888-9999-000000000000`;
const SOURCE = "arn:aws:s3:::documents";
const TARGET = "arn:aws:s3:::replicas";
const ROLE = "replicate-documents";

const ACCESS: ReplicationAccess = {
  source: { account: SRC, region: "us-east-2", bucketArn: SOURCE, keyArns: [SOURCE_KEY] },
  destinations: [
    {
      region: "eu-central-1",
      bucketArn: TARGET,
      keyArns: [REPLICA_KEY],
      deleteMarkers: true,
      ownerOverride: true,
    },
  ],
  trustedForSourceOnly: false,
};

const OBJECT: ReplicatedObject = {
  partition: "aws",
  roleName: ROLE,
  key: "a/b",
  tagged: true,
  deleteMarkers: true,
  ownerOverride: true,
  source: {
    account: SRC,
    region: "us-east-2",
    bucketArn: SOURCE,
    under: { keyArn: SOURCE_KEY, algorithm: "aws:kms", bucketKey: true },
  },
  destination: {
    account: DST,
    region: "eu-central-1",
    bucketArn: TARGET,
    under: { keyArn: REPLICA_KEY, algorithm: "aws:kms", bucketKey: true },
  },
};

const root = (account: string) => ({
  Sid: "Owner",
  Effect: "Allow" as const,
  Principal: { AWS: [`arn:aws:iam::${account}:root`] },
  Action: ["kms:*"],
  Resource: ["*"],
});
const bucketOf = (bucketArn: string, keyArn: string, open: boolean) =>
  renderPolicy(
    bucketPolicy({
      ...{ partition: "aws", bucketArn, keyArn, retained: true },
      replicators: open ? [{ account: SRC, roleName: ROLE, deleteMarkers: true }] : [],
    }),
    proofTarget,
  );

/** The documents as the constructs create them. */
const DOCUMENTS: Readonly<Record<string, PolicyDocument>> = {
  role: renderPolicy(replicationPolicy(ACCESS), proofTarget),
  "trust policy": renderPolicy(replicationTrust(ACCESS), proofTarget),
  "source bucket": bucketOf(SOURCE, SOURCE_KEY, false),
  "source key": { Version: "2012-10-17", Statement: [root(SRC)] },
  "destination bucket": bucketOf(TARGET, REPLICA_KEY, true),
  "destination key": {
    Version: "2012-10-17",
    Statement: [
      root(DST),
      ...renderPolicy(
        replicaKeyPolicy({
          ...{ partition: "aws", region: "eu-central-1" },
          writers: [{ account: SRC, roleName: ROLE, bucketArn: TARGET }],
        }),
        proofTarget,
      ).Statement,
    ],
  },
};

function judge(changed: Readonly<Record<string, object>> = {}, object: ReplicatedObject = OBJECT) {
  const all: Record<string, object> = { ...DOCUMENTS, ...changed };
  const named = (name: string) => ({ name, document: all[name] });
  const documents: ReplicationDocuments = {
    role: [named("role")],
    others: {
      "trust policy": named("trust policy"),
      "source bucket": named("source bucket"),
      "source key": named("source key"),
      "destination bucket": named("destination bucket"),
      "destination key": named("destination key"),
    },
  };
  return judgeReplication(object, documents);
}

test("nothing is missing if the policies on both sides are as deployed", () => {
  expect(judge()).toEqual({ missing: [], unknown: [] });
});

const { account, region, bucketArn } = OBJECT.source;
const { destination } = OBJECT;
const PLAIN: ReplicatedObject = {
  ...OBJECT,
  source: { account, region, bucketArn },
  destination: {
    account: destination.account,
    region: destination.region,
    bucketArn: destination.bucketArn,
  },
};

test("for a source with Object Lock, the role must be allowed to read the locks of objects", () => {
  const locked = { ...OBJECT, objectLock: true };
  const role = renderPolicy(replicationPolicy({ ...ACCESS, objectLock: true }), proofTarget);
  expect(judge({ role }, locked).missing).toEqual([]);
  expect(judge({}, locked).missing).toMatchObject([
    { action: "s3:GetObjectRetention", reason: "SrcGetRetentionNotPermitted", account: SRC },
    { action: "s3:GetObjectLegalHold", reason: "SrcGetLegalHoldNotPermitted", account: SRC },
  ]);
});

test("an object under SSE-S3 is denied by the statement that requires the key for replicas", () => {
  expect(judge({}, PLAIN).missing).toMatchObject([
    { action: "s3:ReplicateObject", reason: "DstPutObjectNotPermitted", account: DST },
  ]);
});

/** Every action of every Allow statement, except those that are only documented. */
const PARTS = Object.entries(DOCUMENTS)
  .flatMap(([where, { Statement }]) =>
    Statement.filter(({ Effect, Sid }) => Effect === "Allow" && Sid !== "Owner").flatMap(
      ({ Sid = "", Action }) => [Action].flat().map((action) => [where, Sid, action] as const),
    ),
  )
  .filter(([, , action]) => action !== "kms:GenerateDataKey");

const OWNERS: Readonly<Record<string, string>> = {
  role: SRC,
  "trust policy": SRC,
  "destination bucket": DST,
  "destination key": DST,
};

test.each(PARTS)("without %s/%s %s, the missing half and its account are named", (where, sid, action) => {
  const { Statement, ...rest } = DOCUMENTS[where] as PolicyDocument;
  const without = Statement.flatMap((statement) => {
    if (statement.Sid !== sid) return [statement];
    const Action = [statement.Action].flat().filter((one) => one !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  const { missing, unknown } = judge({ [where]: { ...rest, Statement: without } });
  expect(unknown).toEqual([]);
  expect(missing).toMatchObject([{ action, account: OWNERS[where], statement: sid }]);
  expect(missing[0]?.fix).toContain(`account ${OWNERS[where]} must allow ${action}`);
  expect(missing[0]?.where).toContain(where === "role" ? `policy of role ${ROLE}` : "policy");
});

test("a denying statement and its account are named", () => {
  const { Statement } = DOCUMENTS["destination bucket"] as PolicyDocument;
  const denies = {
    Sid: "Freeze",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:ReplicateObject",
    Resource: `${TARGET}/*`,
  };
  const { missing } = judge({
    "destination bucket": { Version: "2012-10-17", Statement: [...Statement, denies] },
  });
  expect(missing).toMatchObject([{ action: "s3:ReplicateObject", account: DST }]);
  expect(missing[0]?.fix).toContain("Freeze");
});

test("a policy that could not be read counts as allowing everything, so only the other half is judged", () => {
  const { Statement } = DOCUMENTS["role"] as PolicyDocument;
  const role = { Version: "2012-10-17", Statement: Statement.filter(({ Sid }) => Sid !== "WriteReplicas") };
  const { missing } = judgeReplication(OBJECT, { role: [{ name: "role", document: role }], others: {} });
  expect(missing.map(({ action, account }) => [action, account])).toEqual([
    ["s3:ReplicateObject", SRC],
    ["s3:ReplicateTags", SRC],
  ]);
});
