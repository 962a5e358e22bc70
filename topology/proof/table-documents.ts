import { accountPrincipal, roleArn } from "@keyferry/common";
import { uniqueBy } from "../../core/unique-by";
import {
  namedKeyReference,
  keyPolicy,
  keyReferenceId,
  proofTarget,
  renderPolicy,
  replicaKeyPolicy,
  runnerTrust,
  type KeyReference,
  type Statement,
} from "../../policy";
import { runnerPolicy } from "../runner-rows";
import { principalArn, type NamedDocument } from "@keyferry/evaluator";
import { ALLOWS_EVERYTHING, type ProofDocuments, type RoleDocuments } from "../../policy/proof";
import { keyDeclarations, namedKeyDeclarations, runnerAccess } from "../access";
import { copyJobs, shareJobs } from "../jobs";
import { askedKeys } from "../keys/asked-keys";
import type { Account, Topology } from "../model";
import { bucketDeclarations, replicatorsInto } from "../buckets/access";
import { operatorPrincipal } from "./callers";
import { trustedByIam } from "./named-key-calls";
import { replicateRoles } from "./replicate-role";
import { bucketOwner } from "./replication-calls";
import { imageBucketDocuments } from "./stored-documents";
import {
  bucketDocuments,
  existingBucketDocuments,
  existingBucketKeys,
  existingBuckets,
  existingKeyStatements,
  replicationRoles,
  unnamed,
} from "./replication-documents";

/** The documents that the permission table generates for a topology; synthesis writes the same. */
export function tableDocuments(topology: Topology): ProofDocuments {
  const named = (name: string, statements: readonly Statement[]): NamedDocument => ({
    name,
    document: renderPolicy(statements, proofTarget),
  });
  const keys = keyDeclarations(topology).map((key): [string, NamedDocument] => [
    proofTarget.keyArn(key),
    named(keyDocumentName(key), [
      ...keyPolicy(key),
      ...replicaKeyPolicy({ ...key, writers: key.replicaWriters ?? [] }),
    ]),
  ]);
  const ofUsers = namedKeyDeclarations(topology).map((key): [string, NamedDocument] => [
    proofTarget.keyArn(key),
    named(keyDocumentName(key), keyPolicy(key)),
  ]);
  const roles = participants(topology).map((account): [string, RoleDocuments] => {
    const access = runnerAccess(topology, account);
    return [
      roleArn(topology.partition, account.id, account.runnerRole),
      {
        identity: [named(roleDocumentName(account), runnerPolicy(access))],
        trust: named(trustDocumentName(account), runnerTrust(access)),
      },
    ];
  });
  return withAssumptions(topology, {
    keys: new Map([...keys, ...ofUsers]),
    buckets: new Map([...bucketDocuments(topology), ...imageBucketDocuments(topology)]),
    roles: new Map([...roles, ...replicationRoles(topology), ...replicateRoles(topology)]),
  });
}

/** Accounts that take part in a copy or share. */
export function participants(topology: Topology): readonly Account[] {
  const jobs = [...copyJobs(topology), ...shareJobs(topology)];
  const ids = new Set(jobs.flatMap(({ rule, to }) => [rule.from.account.id, to.account.id]));
  return topology.accounts.filter((account) => ids.has(account.id));
}

export function keyDocumentName({ account, region, alias }: KeyReference): string {
  return `policy of key ${alias} in ${account} ${region}`;
}

export function roleDocumentName(account: Account): string {
  return `policies of role ${account.runnerRole} in ${account.id}`;
}

export function trustDocumentName(account: Account): string {
  return `trust policy of role ${account.runnerRole} in ${account.id}`;
}

/** Adds assumptions about policies that Keyferry does not generate: the operator's IAM, and the policies of the sources' own keys. */
export function withAssumptions(
  topology: Topology,
  { keys, buckets, roles }: Pick<ProofDocuments, "keys" | "buckets" | "roles">,
): ProofDocuments {
  const sources = foreignKeys(topology).filter((key) => !keys.has(proofTarget.keyArn(key)));
  const operator = operatorPrincipal(topology);
  const shown = askedStatements(topology);
  const owners = [...new Set(bucketDeclarations(topology).map(({ key }) => key.account))];
  return {
    keys: new Map([
      ...keys,
      ...sources.map((key): [string, NamedDocument] => [
        proofTarget.keyArn(key),
        {
          name: keyDocumentName(key),
          document: assumedKeyPolicy(topology.partition, key.account, shown.get(keyReferenceId(key))),
        },
      ]),
    ]),
    buckets: new Map([...existingBucketDocuments(topology), ...(buckets ?? [])]),
    roles: new Map([
      ...roles,
      [operator.arn, { identity: [ALLOWS_EVERYTHING] }],
      ...[...trustedByIam(topology)]
        .filter((arn) => !roles.has(arn))
        .map((arn): [string, RoleDocuments] => [arn, { identity: [ALLOWS_EVERYTHING] }]),
      ...owners.map((account): [string, RoleDocuments] => [
        principalArn(bucketOwner(topology, account)),
        { identity: [ALLOWS_EVERYTHING] },
      ]),
    ]),
    assumptions: [
      `IAM of account ${topology.operator.id} allows the caller of the script to assume the runner roles`,
      ...(trustedByIam(topology).size === 0
        ? []
        : [
            "IAM of the accounts with which named keys are shared, and of the deploy roles that create grants on them, allows what the keys' policies allow",
          ]),
      ...sources.map(
        (key) =>
          `the policy of key ${key.alias} in ${key.account} ${key.region} leaves the decision to IAM of its account, as AWS's default key policy does`,
      ),
      ...askedKeys(topology)
        .filter(({ statements }) => statements.length > 0)
        .map(
          ({ key, statements }) =>
            `the policy of key ${key.alias} in ${key.account} ${key.region} has the statements ${statements.map(({ sid }) => sid).join(", ")}`,
        ),
      ...existingBuckets(topology)
        .filter((bucket) => replicatorsInto(topology, bucket).length > 0)
        .map(
          ({ bucket, account, key }) =>
            `the policies of bucket ${bucket} in ${account.id} and of its key ${key.alias} have the statements that its deployment shows`,
        ),
    ],
  };
}

/** Keys that the topology names but does not create: of sources of copies, and of existing buckets. */
export function foreignKeys(topology: Topology): readonly KeyReference[] {
  const asked = askedKeys(topology).map(({ key }) => key);
  return uniqueBy([...sourceKeys(topology), ...asked, ...existingBucketKeys(topology)], keyReferenceId);
}

/** The statements for the topology in the policies of keys that it does not create, by `keyReferenceId`. */
function askedStatements(topology: Topology): ReadonlyMap<string, readonly Statement[]> {
  const all = new Map(existingKeyStatements(topology));
  for (const { key, statements } of askedKeys(topology)) {
    const id = keyReferenceId(key);
    all.set(id, [...(all.get(id) ?? []), ...statements]);
  }
  return all;
}

/** Keys that sources of copies are under. */
export function sourceKeys(topology: Topology): readonly KeyReference[] {
  const all = topology.rules.flatMap(({ from }) =>
    from.keys.map((name) => namedKeyReference(from.account.id, from.region, name)),
  );
  return uniqueBy(all, keyReferenceId);
}

/**
 * AWS's default key policy, with the statements that the key's owner was asked to add. Source: KMS developer guide, "Default key policy".
 */
function assumedKeyPolicy(partition: string, account: string, more: readonly Statement[] = []) {
  const { Statement: shown } = renderPolicy(more, proofTarget);
  return {
    Version: "2012-10-17",
    Statement: [
      ...shown.map(unnamed),
      {
        Effect: "Allow",
        Principal: { AWS: accountPrincipal(partition, account) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };
}
