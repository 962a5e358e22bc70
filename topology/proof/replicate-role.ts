import { bucketArn, formatArn, roleArn, viaService } from "@keyferry/common";
import {
  batchReplicationPolicy,
  batchReplicationTrust,
  proofTarget,
  renderPolicy,
  replicatePolicy,
  runnerTrust,
  type Basis,
  type BatchReplicationAccess,
  type ReplicateAccess,
  type Statement,
} from "../../policy";
import {
  callOf,
  enterCalls,
  sessionOf,
  type Caller,
  type ProofCall,
  type RoleDocuments,
} from "../../policy/proof";
import { runnerAccess } from "../access";
import { replications, type Replication } from "../buckets/access";
import {
  batchRoleName,
  jobReports,
  reEncrypts,
  replicateAccess,
  replicateRoleName,
  replicatesExisting,
} from "../buckets/replicate-access";
import type { Account, Topology } from "../model";
import { operatorPrincipal } from "./callers";
import type { ReplicationCalls } from "./replication-calls";

/** Example object keys and job ids. */
const OBJECT = "2026/report.pdf";
const JOB = "job/01234567-89ab-cdef-0123-456789abcdef";
const BATCH_OPERATIONS = "batchoperations.s3.amazonaws.com";

/** The roles of `keyferry replicate` and of its jobs that the permission table generates, by ARN. */
export function replicateRoles(topology: Topology): readonly (readonly [string, RoleDocuments])[] {
  const { name, partition } = topology;
  const documentsOf = (
    account: string,
    role: string,
    identity: readonly Statement[],
    trust: readonly Statement[],
  ): readonly [string, RoleDocuments] => {
    const called = `role ${role} in ${account}`;
    return [
      roleArn(partition, account, role),
      {
        identity: [{ name: `policies of ${called}`, document: renderPolicy(identity, proofTarget) }],
        trust: { name: `trust policy of ${called}`, document: renderPolicy(trust, proofTarget) },
      },
    ];
  };
  return [
    ...topology.accounts.flatMap((account) => {
      const access = replicateAccess(topology, account);
      const trust = runnerTrust(runnerAccess(topology, account));
      return access === undefined
        ? []
        : [documentsOf(account.id, replicateRoleName(name), replicatePolicy(access), trust)];
    }),
    ...replications(topology)
      .filter(({ source }) => replicatesExisting(topology.buckets, source.bucket))
      .map(({ source }) => {
        const access = batchAccess(topology, source);
        const role = batchRoleName(name, source.bucket);
        return documentsOf(
          source.account.id,
          role,
          batchReplicationPolicy(access),
          batchReplicationTrust(access),
        );
      }),
  ];
}

/** The resources that the jobs of a source use, with the key ARNs of the proof. */
function batchAccess(
  topology: Topology,
  { bucket, region, key, otherKeys }: Replication["source"],
): BatchReplicationAccess {
  const { partition, buckets } = topology;
  return {
    bucketArn: bucketArn(partition, bucket),
    ...jobReports(topology, bucket),
    ...(reEncrypts(buckets, bucket)
      ? {
          reEncrypt: {
            region,
            keyArn: proofTarget.keyArn(key),
            otherKeyArns: otherKeys.map(proofTarget.keyArn),
          },
        }
      : {}),
  };
}

/** The calls of `keyferry replicate` in each account with buckets, and the calls of its jobs. */
export function replicateCalls(topology: Topology): readonly ReplicationCalls[] {
  return topology.accounts.flatMap((account) => {
    const access = replicateAccess(topology, account);
    if (access === undefined) return [];
    return [
      {
        job: { id: `keyferry replicate in ${account.name}` },
        groups: [
          enterCalls(operatorPrincipal(topology), {
            ...runnerAccess(topology, account),
            roleName: replicateRoleName(topology.name),
          }),
          looks(topology, account, access),
          access.sources.flatMap((source) => jobs(topology, account, source)),
          batchCalls(topology, account),
        ],
      },
    ];
  });
}

function looks(topology: Topology, account: Account, access: ReplicateAccess): readonly ProofCall[] {
  const caller = callerIn(topology, account, "");
  const call = (when: string, actions: readonly string[], resource: string) =>
    actions.map((action) => callOf(caller, `keyferry replicate ${when}`, action, resource));
  return [
    ...access.bucketArns.flatMap((bucket) => [
      ...call(
        "reads a bucket",
        [
          "s3:GetBucketAcl",
          "s3:GetBucketObjectLockConfiguration",
          "s3:GetBucketPolicy",
          "s3:GetBucketVersioning",
          "s3:GetEncryptionConfiguration",
          "s3:GetReplicationConfiguration",
          "s3:ListBucketVersions",
        ],
        bucket,
      ),
      ...call(
        "reads an object",
        ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
        `${bucket}/${OBJECT}`,
      ),
    ]),
    ...access.keys.flatMap((key) =>
      call("reads a key", ["kms:DescribeKey", "kms:GetKeyPolicy"], proofTarget.keyArn(key)),
    ),
    ...access.sources.flatMap(({ role }) =>
      call(
        "reads the replication role",
        ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
        roleArn(topology.partition, account.id, role),
      ),
    ),
  ];
}

function jobs(
  topology: Topology,
  account: Account,
  { region, batchRole, reEncrypts: alsoUpdates, reports }: ReplicateAccess["sources"][number],
): readonly ProofCall[] {
  if (batchRole === undefined) return [];
  const { name, partition } = topology;
  const caller = callerIn(topology, account, region);
  const job = formatArn({ partition, service: "s3", region, account: account.id, resource: JOB });
  const when = "keyferry replicate existing";
  const create = (command: string, operation: string) =>
    callOf(caller, command, "s3:CreateJob", "*", {
      context: { "s3:RequestJobOperation": operation },
      pins: ["aws:RequestedRegion", "s3:RequestJobOperation"],
    });
  return [
    create(when, "S3ReplicateObject"),
    ...(alsoUpdates ? [create("keyferry replicate re-encrypt", "S3UpdateObjectEncryption")] : []),
    callOf(caller, when, "s3:PutJobTagging", job, {
      context: { "aws:RequestTag/keyferry:topology": name },
      pins: ["aws:RequestTag/keyferry:topology"],
    }),
    callOf(caller, when, "iam:PassRole", roleArn(partition, account.id, batchRole), {
      context: { "iam:PassedToService": BATCH_OPERATIONS },
      pins: ["iam:PassedToService"],
    }),
    callOf(caller, when, "s3:ListJobs", "*", { pins: ["aws:RequestedRegion"] }),
    callOf(caller, when, "s3:DescribeJob", job),
    ...reportCalls(caller, when, "s3:GetObject", reports === undefined ? {} : { reports }),
  ];
}

/** The calls of S3 Batch Operations with the role of a job. */
function batchCalls(topology: Topology, account: Account): readonly ProofCall[] {
  const { name, partition } = topology;
  const when = "a job replicates existing objects";
  return replications(topology)
    .filter(
      ({ source }) => source.account.id === account.id && replicatesExisting(topology.buckets, source.bucket),
    )
    .flatMap(({ source }) => {
      const role = batchRoleName(name, source.bucket);
      const principal = sessionOf(partition, account.id, role);
      const caller: Caller = { principal, partition, region: source.region };
      const bucket = bucketArn(partition, source.bucket);
      const service = { kind: "service" as const, account: BATCH_OPERATIONS, arn: BATCH_OPERATIONS };
      return [
        callOf(
          { ...caller, principal: service },
          when,
          "sts:AssumeRole",
          roleArn(partition, account.id, role),
          {
            resourceAccount: account.id,
          },
        ),
        ...["s3:GetReplicationConfiguration", "s3:PutInventoryConfiguration"].map((action) =>
          callOf(caller, when, action, bucket),
        ),
        callOf(caller, when, "s3:InitiateReplication", `${bucket}/${OBJECT}`),
        ...reportCalls(caller, "a job reports failures", "s3:PutObject", jobReports(topology, source.bucket)),
        ...reEncryptCalls(caller, batchAccess(topology, source)),
      ];
    });
}

/** Writing or reading a report. */
function reportCalls(
  caller: Caller,
  when: string,
  action: string,
  { reports }: Pick<BatchReplicationAccess, "reports">,
): readonly ProofCall[] {
  if (reports === undefined) return [];
  return [callOf(caller, when, action, `${reports.bucketArn}/${reports.prefix}job-1/manifest.json`)];
}

/** The calls of S3 to encrypt one object under its bucket's key. */
function reEncryptCalls(
  caller: Caller,
  { bucketArn: bucket, reEncrypt }: BatchReplicationAccess,
): readonly ProofCall[] {
  if (reEncrypt === undefined) return [];
  const when = "a job encrypts objects under their bucket's key";
  const object = `${bucket}/${OBJECT}`;
  // With an S3 Bucket Key, the encryption context is the ARN of the bucket.
  const onKey = (key: string, basis: Basis, ...actions: readonly string[]) =>
    actions.flatMap((action) =>
      [object, bucket].map((arn) =>
        callOf(caller, when, action, key, {
          basis,
          context: {
            "kms:ViaService": viaService("s3", reEncrypt.region),
            "kms:EncryptionContext:aws:s3:arn": arn,
          },
          pins: ["kms:ViaService", "kms:EncryptionContext:aws:s3:arn"],
        }),
      ),
    );
  return [
    callOf(caller, when, "s3:UpdateObjectEncryption", object),
    ...onKey(reEncrypt.keyArn, "enforced", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptTo"),
    ...onKey(reEncrypt.keyArn, "documented", "kms:Decrypt"),
    ...reEncrypt.otherKeyArns.flatMap((key) => onKey(key, "enforced", "kms:Decrypt", "kms:ReEncryptFrom")),
  ];
}

function callerIn({ name, partition }: Topology, account: Account, region: string): Caller {
  return { principal: sessionOf(partition, account.id, replicateRoleName(name)), partition, region };
}
