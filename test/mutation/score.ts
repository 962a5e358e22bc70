import { firstLeak, firstRefused } from "../_helpers/first-refused";
import {
  BATCH_ROWS,
  BATCH_TRUST_ROWS,
  BUCKET_ROWS,
  KEY_ROWS,
  REPLICA_KEY_ROWS,
  REPLICATE_ROWS,
  REPLICATION_ROWS,
  REPLICATION_TRUST_ROWS,
  RUNNER_TRUST_ROWS,
  type Basis,
  proofTarget,
  renderPolicy,
  type PolicyDocument,
} from "../../policy";
import { type AccessRequest, type NamedDocument, principalArn } from "@keyferry/evaluator";
import { type ProofDocuments } from "../../policy/proof";
import { mutations, type Mutation } from "../../policy/proof/mutations";
import { must } from "../../core/must";
import { askedKeys, keyDeclarations, type Topology, RUNNER_ROWS } from "../../topology";
import type { AskedKey } from "../../topology/keys/asked-keys";
import { deniedCalls, distinctCalls, provedJobs, tableDocuments } from "../../topology/proof";

/** A mutation of a topology's documents that no proof noticed. */
export interface Survivor {
  readonly topology: string;
  readonly document: string;
  readonly row: string;
  readonly basis: Basis;
  readonly kind: Mutation["kind"];
  readonly what: string;
}

export interface Tally {
  readonly basis: Basis;
  readonly kind: Mutation["kind"];
  readonly mutations: number;
  readonly noticed: number;
}

export interface Score {
  readonly tallies: readonly Tally[];
  readonly survivors: readonly Survivor[];
}

/** One document of a topology, and a function that replaces it. */
interface Target {
  readonly named: NamedDocument;
  readonly replaced: (document: PolicyDocument) => ProofDocuments;
  readonly decides: (request: AccessRequest) => boolean;
}

const BASES = new Map(
  [
    ...KEY_ROWS,
    ...RUNNER_ROWS,
    ...RUNNER_TRUST_ROWS,
    ...BUCKET_ROWS,
    ...REPLICA_KEY_ROWS,
    ...REPLICATION_ROWS,
    ...REPLICATION_TRUST_ROWS,
    ...REPLICATE_ROWS,
    ...BATCH_ROWS,
    ...BATCH_TRUST_ROWS,
  ].map((row) => [row.id, row.basis]),
);

/** Mutates every statement of every document of some topologies, one change at a time, and runs the proofs. */
export function mutationScore(topologies: readonly Topology[]): Score {
  const counts = new Map<string, { mutations: number; noticed: number }>();
  const survivors: Survivor[] = [];
  for (const topology of topologies) {
    const documents = tableDocuments(topology);
    const calls = distinctCalls(provedJobs(topology));
    const denied = [...deniedCalls(topology, calls)];
    for (const { named, replaced, decides } of targets(topology, documents)) {
      const ownCalls = calls.filter(({ request }) => decides(request));
      const ownDenied = denied.filter(({ request }) => decides(request));
      for (const { row, kind, what, document } of mutations(named.document as PolicyDocument)) {
        const mutated = replaced(document);
        const noticed =
          kind === "narrowed"
            ? firstRefused(ownCalls, mutated) !== undefined
            : firstLeak(ownDenied, mutated) !== undefined;
        const basis = BASES.get(row) ?? "enforced";
        const count = counts.get(`${basis} ${kind}`) ?? { mutations: 0, noticed: 0 };
        counts.set(`${basis} ${kind}`, {
          mutations: count.mutations + 1,
          noticed: count.noticed + Number(noticed),
        });
        if (!noticed)
          survivors.push({ topology: topology.name, document: named.name, row, basis, kind, what });
      }
    }
  }
  const tallies = [...counts].map(([id, count]): Tally => {
    const [basis, kind] = id.split(" ") as [Basis, Mutation["kind"]];
    return { basis, kind, ...count };
  });
  return { tallies, survivors };
}

/**
 * The documents that Keyferry generates; assumed documents have statements without a Sid. The policy of an EBS default key
 * allows every principal of its account, so roles cannot be judged in a topology with one; they are mutated in other topologies.
 */
function targets(topology: Topology, documents: ProofDocuments): readonly Target[] {
  const isOurs = ({ document }: NamedDocument) =>
    (document as PolicyDocument).Statement.every(({ Sid }) => Sid !== undefined);
  const keys = [...documents.keys].map(([arn, named]): Target => ({
    named,
    replaced: (document) => ({
      ...documents,
      keys: new Map(documents.keys).set(arn, { ...named, document }),
    }),
    decides: ({ resource }) => resource === arn,
  }));
  const buckets = [...(documents.buckets ?? [])].map(([arn, named]): Target => ({
    named,
    replaced: (document) => ({
      ...documents,
      buckets: new Map(documents.buckets).set(arn, { ...named, document }),
    }),
    decides: ({ resource }) => resource === arn || resource.startsWith(`${arn}/`),
  }));
  const roles = [...documents.roles].flatMap(([arn, role]): Target[] => [
    ...role.identity.map((named): Target => ({
      named,
      replaced: (document) => ({
        ...documents,
        roles: new Map(documents.roles).set(arn, { ...role, identity: [{ ...named, document }] }),
      }),
      decides: ({ principal }) => principalArn(principal) === arn,
    })),
    ...(role.trust === undefined
      ? []
      : [
          {
            named: role.trust,
            replaced: (document: PolicyDocument) => ({
              ...documents,
              roles: new Map(documents.roles).set(arn, {
                ...role,
                trust: { name: "trust policy", document },
              }),
            }),
            decides: ({ resource }: AccessRequest) => resource === arn,
          },
        ]),
  ]);
  const asked = askedKeys(topology).flatMap((one) => askedTarget(one, documents));
  const hasDefaultKey = keyDeclarations(topology).some(({ ebsDefault }) => ebsDefault === true);
  return [...keys, ...asked, ...buckets, ...(hasDefaultKey ? [] : roles)].filter(({ named }) =>
    isOurs(named),
  );
}

/** The statements that the owner of an existing key is asked to add to its policy, which leaves the rest to IAM of its account. */
function askedTarget({ key, statements }: AskedKey, documents: ProofDocuments): readonly Target[] {
  if (statements.length === 0) return [];
  const arn = proofTarget.keyArn(key);
  const assumed = must(documents.keys.get(arn), `the policy of ${arn}`);
  const rest = (assumed.document as PolicyDocument).Statement.slice(statements.length);
  return [
    {
      named: { ...assumed, document: renderPolicy(statements, proofTarget) },
      replaced: (document) => ({
        ...documents,
        keys: new Map(documents.keys).set(arn, {
          ...assumed,
          document: { ...document, Statement: [...document.Statement, ...rest] },
        }),
      }),
      decides: ({ resource }) => resource === arn,
    },
  ];
}
