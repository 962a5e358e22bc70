import { BATCH_ROWS, bucketPolicy, proofTarget, renderPolicy, REPLICATE_ROWS } from "../../../policy";
import type { ProofDocuments } from "../../../policy/proof";
import { replications, resolveTopology, type Topology } from "../../../topology";
import { proofProblems, proveTopology, tableDocuments } from "../../../topology/proof";
import { acme, buckets, BUCKETS, ACME } from "../../_helpers/topologies";

const topology = buckets();

interface Statement {
  readonly Sid?: string;
}
type Policies = "identity" | "trust";

/** A document without the statement of a row. */
function without(document: unknown, sid: string): unknown {
  const policy = document as { readonly Statement: readonly Statement[] };
  return { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== sid) };
}

function withoutInKeys(documents: ProofDocuments, sid: string): ProofDocuments {
  const keys = [...documents.keys].map(
    ([arn, { name, document }]) => [arn, { name, document: without(document, sid) }] as const,
  );
  return { ...documents, keys: new Map(keys) };
}

function withoutInBuckets(documents: ProofDocuments, sid: string): ProofDocuments {
  const all = [...(documents.buckets ?? [])].map(
    ([arn, { name, document }]) => [arn, { name, document: without(document, sid) }] as const,
  );
  return { ...documents, buckets: new Map(all) };
}

function withoutInRoles(
  documents: ProofDocuments,
  sid: string,
  policies: Policies = "identity",
): ProofDocuments {
  const roles = [...documents.roles].map(([arn, role]) => {
    const { identity, trust } = role;
    return [
      arn,
      policies === "identity"
        ? {
            ...role,
            identity: identity.map(({ name, document }) => ({ name, document: without(document, sid) })),
          }
        : {
            ...role,
            ...(trust === undefined ? {} : { trust: { ...trust, document: without(trust.document, sid) } }),
          },
    ] as const;
  });
  return { ...documents, roles: new Map(roles) };
}

function problemsOf(documents: ProofDocuments, of: Topology = topology): string {
  return proofProblems(of, proveTopology(of, documents))
    .map(({ path, what, fix = "" }) => `${path}: ${what}; ${fix}`)
    .join("\n");
}

describe("the proof of replication", () => {
  test("succeeds for the documents of the permission table: with cycles, with existing buckets, and with copies", () => {
    const proof = proveTopology(topology);
    expect(proofProblems(topology, proof)).toEqual([]);
    expect(proof.ok).toBe(true);
    expect(proof.jobs.map(({ job }) => job.id).filter((id) => !id.startsWith("bucket "))).toEqual([
      "acme-documents -> acme-documents-222222222222-eu-central-1",
      "acme-documents -> acme-documents-222222222222-us-east-2",
      "acme-documents -> acme-copies",
      "acme-documents-222222222222-eu-central-1 -> acme-documents",
      "acme-logs -> acme-audit",
      "acme-logs -> acme-logs-111111111111-eu-central-1",
      ...["builder", "prod", "staging"].map((account) => `keyferry replicate in ${account}`),
    ]);
    expect(proof.assumptions.join("\n")).toContain("bucket acme-audit in 333333333333");
    const both = resolveTopology({ ...ACME, buckets: BUCKETS.buckets });
    expect(proofProblems(both, proveTopology(both))).toEqual([]);
    expect(proveTopology(both).jobs.length).toBe(proveTopology(acme()).jobs.length + 9 + 5);
  });

  test.each([
    [
      "ReplicatorsWriteReplicas",
      withoutInBuckets,
      /s3:ReplicateObject .*acme-copies.* is refused.*Account 333333333333 must have the statement ReplicatorsWriteReplicas/,
    ],
    [
      "ReplicatorsWriteDeleteMarkers",
      withoutInBuckets,
      /s3:ReplicateDelete .*must have the statement ReplicatorsWriteDeleteMarkers/,
    ],
    ["ReplicatorsHandOver", withoutInBuckets, /s3:ObjectOwnerOverrideToBucketOwner .* is refused/],
    [
      "ReplicatorsEncrypt",
      withoutInKeys,
      /kms:Encrypt .* is refused.*Account 222222222222 must have the statement ReplicatorsEncrypt/,
    ],
    ["ReplicatorsOpenBucketKey", withoutInKeys, /kms:Decrypt .* is refused/],
    ["ReplicatorsGenerateDataKey", withoutInKeys, /kms:GenerateDataKey .* is refused/],
    [
      "ReadReplicationRules",
      withoutInRoles,
      /s3:GetReplicationConfiguration .*Account 111111111111 must have the statement ReadReplicationRules/,
    ],
    ["ReadSourceObjects", withoutInRoles, /s3:GetObjectVersionForReplication .* is refused/],
    ["DecryptSource", withoutInRoles, /kms:Decrypt .* is refused/],
    ["WriteReplicas", withoutInRoles, /s3:ReplicateObject .* is refused/],
    ["EncryptReplicas", withoutInRoles, /kms:Encrypt .* is refused/],
  ] as const)("names what fails without %s, and whose account must have it", (sid, take, text) => {
    expect(problemsOf(take(tableDocuments(topology), sid))).toMatch(text);
  });

  test.each([
    ["ReadObjectLocks", withoutInRoles, /s3:GetObjectRetention .* is refused/],
    ["LockReplicas", withoutInRoles, /s3:PutObjectRetention .* is refused/],
    ["ReplicatorsLockReplicas", withoutInBuckets, /s3:PutObjectLegalHold .* is refused/],
  ] as const)("of sources with Object Lock names what fails without %s", (sid, take, text) => {
    const { documents, back } = BUCKETS.buckets;
    const locked = resolveTopology({
      name: "files",
      accounts: BUCKETS.accounts,
      buckets: { documents: { ...documents, objectLock: true }, back: { ...back, objectLock: true } },
    });
    expect(problemsOf(tableDocuments(locked), locked)).toBe("");
    expect(problemsOf(take(tableDocuments(locked), sid), locked)).toMatch(text);
  });

  test.each([
    ["ReadJobReports", /s3:GetObject .*acme-reports.* is refused/],
    ["WriteReport", /s3:PutObject .*acme-reports.* is refused/],
  ] as const)("of sources whose jobs report names what fails without %s", (sid, text) => {
    const { documents } = BUCKETS.buckets;
    const reporting = resolveTopology({
      name: "files",
      accounts: BUCKETS.accounts,
      buckets: {
        documents: {
          ...documents,
          replicaModifications: false,
          from: { ...documents.from, reports: "acme-reports" },
        },
      },
    });
    expect(problemsOf(tableDocuments(reporting), reporting)).toBe("");
    expect(problemsOf(withoutInRoles(tableDocuments(reporting), sid), reporting)).toMatch(text);
  });

  test("fails if S3 may not assume the role", () => {
    expect(problemsOf(withoutInRoles(tableDocuments(topology), "S3Replicates", "trust"))).toMatch(
      /sts:AssumeRole .* is refused/,
    );
  });

  test.each([
    ["NobodyWithoutTls", /without TLS/],
    ["NoEncryptionWithoutKey", /under SSE-S3/],
    ["NoOtherKey", /under another key/],
    ["NoReplicaWithoutKey", /a replica under SSE-S3/],
    ["NoCustomerProvidedKey", /under a customer-provided key \(SSE-C\)/],
    ["NobodyDeletesBucket", /deleting the bucket/],
  ])("finds calls that a bucket allows every principal without %s", (sid, text) => {
    expect(problemsOf(withoutInBuckets(tableDocuments(topology), sid))).toMatch(text);
  });

  test("finds a bucket whose policy denies its own account what it needs", () => {
    const documents = tableDocuments(topology);
    const text = JSON.stringify([...(documents.buckets ?? [])]).replaceAll(
      '"aws:SecureTransport":["false"]',
      '"aws:SecureTransport":["true"]',
    );
    const refusing = new Map(JSON.parse(text) as [string, { name: string; document: unknown }][]);
    expect(problemsOf({ ...documents, buckets: refusing })).toMatch(
      /s3:GetObject .* is refused.*denied by statement NobodyWithoutTls/,
    );
  });

  test("finds a bucket that allows a role whose rules do not name the bucket", () => {
    const documents = tableDocuments(topology);
    const [back] = replications(topology).slice(1);
    const arn = "arn:aws:s3:::acme-copies";
    const key = { account: "333333333333", region: "eu-central-1", alias: "alias/keyferry/files/buckets" };
    const replicator = { account: "222222222222", roleName: back?.role ?? "", deleteMarkers: false };
    const policy = bucketPolicy({
      partition: "aws",
      bucketArn: arn,
      keyArn: proofTarget.keyArn(key),
      retained: true,
      replicators: [
        replicator,
        { account: "111111111111", roleName: "keyferry-files-replicate-acme-documents", deleteMarkers: true },
      ],
    });
    const open = { name: "policy of bucket acme-copies", document: renderPolicy(policy, proofTarget) };
    const widened = { ...documents, buckets: new Map(documents.buckets).set(arn, open) };
    expect(problemsOf(widened)).toMatch(
      /writing replicas into acme-copies, which is not a destination of acme-documents-222222222222-eu-central-1/,
    );
  });

  test("finds a key that a role may use for objects of any bucket", () => {
    const documents = tableDocuments(topology);
    const text = JSON.stringify([...documents.keys])
      .replaceAll('"kms:EncryptionContext:aws:s3:arn"', '"kms:EncryptionContext:other"')
      .replaceAll('"StringLike"', '"StringLikeIfExists"');
    const keys = new Map(JSON.parse(text) as [string, { name: string; document: unknown }][]);
    expect(problemsOf({ ...documents, keys })).toMatch(/with kms:EncryptionContext:aws:s3:arn/);
  });
});

describe("the proof of keyferry replicate", () => {
  test.each(REPLICATE_ROWS.map(({ id }) => id).filter((id) => id !== "ReadJobReports"))(
    "fails without the statement %s",
    (sid) => {
      expect(problemsOf(withoutInRoles(tableDocuments(topology), sid))).toContain(
        "keyferry-files-replication",
      );
    },
  );

  test.each(BATCH_ROWS.map(({ id }) => id).filter((id) => id !== "WriteReport"))(
    "fails without the statement %s of a job's role",
    (sid) => {
      expect(problemsOf(withoutInRoles(tableDocuments(topology), sid))).toContain("keyferry-files-existing-");
    },
  );

  test("fails if S3 Batch Operations may not assume the role of a job", () => {
    const documents = withoutInRoles(tableDocuments(topology), "BatchOperationsReplicate", "trust");
    expect(problemsOf(documents)).toContain("keyferry-files-existing-");
  });
});
