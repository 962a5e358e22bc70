import { roleArn } from "@keyferry/common";
import { uniqueBy } from "../../../core/unique-by";
import { keyReferenceId, proofTarget, type KeyReference } from "../../../policy";
import type { NamedDocument } from "@keyferry/evaluator";
import type { ProofDocuments, RoleDocuments } from "../../../policy/proof";
import {
  askedKeys,
  copyJobs,
  keyDeclarations,
  volumeKeys,
  type Account,
  type Place,
  type Topology,
} from "../../../topology";
import {
  keyDocumentName,
  participants,
  proofProblems,
  proveTopology,
  sourceKeys,
  tableDocuments,
  withAssumptions,
} from "../../../topology/proof";
import { concurrently } from "../../engine/concurrently";
import type { ReadContext } from "../../engine/context";
import { DEPLOY } from "../facts";
import { askedKeyFindings } from "./asked-keys";
import { check, type Finding } from "../../engine/finding";

const say = check("permissions");

/** A deployed key and its policy. */
interface DeployedKey {
  readonly key: KeyReference;
  readonly arn: string;
  readonly policy: string;
}

/**
 * Proves the policies that are deployed in AWS: every call of every copy job is allowed by both halves, and similar calls are denied.
 * KMS itself cannot be tried: the foundation's permissions apply only through EC2, so a dry run is always denied. Buckets, their
 * keys and replication roles are taken as the foundation writes them, because no runner role can read them.
 * @param skip accounts (12 digits) that cannot be accessed; their policies are taken as the foundation writes them
 */
export async function checkPermissions(
  context: ReadContext,
  skip: { has(account: string): boolean },
): Promise<readonly Finding[]> {
  const { topology } = context;
  const forCopies = keyDeclarations(topology).filter(({ purpose }) => purpose !== "buckets");
  const others = new Set(
    askedKeys(topology)
      .filter(({ reader }) => reader === undefined)
      .map(({ key }) => keyReferenceId(key)),
  );
  const references = uniqueBy(
    [
      ...forCopies,
      ...copyJobs(topology).flatMap(({ to }) => volumeKeys(topology, to)),
      ...askedKeys(topology).map(({ key }) => key),
      ...sourceKeys(topology),
    ],
    keyReferenceId,
  ).filter((key) => !others.has(keyReferenceId(key)));
  const keys = await concurrently(
    references.filter(({ account }) => !skip.has(account)),
    (key) => readKey(context, key),
  );
  const roles = await concurrently(
    participants(topology).filter(({ id }) => !skip.has(id)),
    (account) => readRole(context, account),
  );
  const unread = [...keys, ...roles].flatMap((read) => ("finding" in read ? [read.finding] : []));
  const deployed = {
    keys: keys.flatMap((read) => ("value" in read ? read.value : [])),
    roles: roles.flatMap((read) => ("value" in read ? [read.value] : [])),
  };
  const documents = documentsOf(topology, deployed.keys, deployed.roles);
  const { findings: ofExisting, rest: proof } = askedKeyFindings(
    topology,
    proveTopology(topology, documents),
    documents,
    skip,
  );
  const problems = proofProblems(topology, proof);
  if (problems.length > 0) {
    return [
      ...unread,
      ...ofExisting,
      ...problems.map(({ path, what, fix }) =>
        say.failed(path, what, fix === undefined ? DEPLOY : `${fix} ${DEPLOY} updates it.`),
      ),
    ];
  }
  return [
    ...unread,
    ...ofExisting,
    say.passed(
      topology.name,
      `${deployed.keys.length} key policies and ${deployed.roles.length} roles as deployed: ${proof.calls.length} calls are allowed, ${proof.denied} similar calls are refused`,
    ),
  ];
}

async function readKey({ topology, aws }: ReadContext, key: KeyReference) {
  const place = placeOf(topology, key);
  return say.looking(
    `${key.alias} in ${place.account.name} ${key.region}`,
    async (): Promise<readonly DeployedKey[]> => {
      const keys = aws.keys(place);
      const found = await keys.describeKey(key.alias);
      return found === undefined ? [] : [{ key, arn: found.arn, policy: await keys.keyPolicy(found.arn) }];
    },
  );
}

async function readRole({ aws }: ReadContext, account: Account) {
  return say.looking(`account ${account.name}`, async () => ({
    account,
    policies: await aws.roles(account).ownPolicies(account.runnerRole),
  }));
}

/** The policies that were read replace those that the foundation would write; keys have the names of the proof. */
function documentsOf(
  topology: Topology,
  keys: readonly DeployedKey[],
  roles: readonly {
    readonly account: Account;
    readonly policies: readonly { readonly name: string; readonly document: string }[];
  }[],
): ProofDocuments {
  const table = tableDocuments(topology);
  const asProved = (text: string): unknown =>
    JSON.parse(keys.reduce((all, { key, arn }) => all.replaceAll(arn, proofTarget.keyArn(key)), text));
  const readKeys = keys.map(({ key, policy }): [string, NamedDocument] => [
    proofTarget.keyArn(key),
    { name: keyDocumentName(key), document: asProved(policy) },
  ]);
  const readRoles = roles.map(({ account, policies }): [string, RoleDocuments] => {
    const arn = roleArn(topology.partition, account.id, account.runnerRole);
    const trust = table.roles.get(arn)?.trust;
    const identity = policies.map(({ name, document }) => ({
      name: `policy ${name} of role ${account.runnerRole} in ${account.id}`,
      document: asProved(document),
    }));
    return [arn, { identity, ...(trust === undefined ? {} : { trust }) }];
  });
  return withAssumptions(topology, {
    keys: new Map([...table.keys, ...readKeys]),
    ...(table.buckets === undefined ? {} : { buckets: table.buckets }),
    roles: new Map([...table.roles, ...readRoles]),
  });
}

function placeOf(topology: Topology, key: KeyReference): Place {
  const account = topology.accounts.find(({ id }) => id === key.account);
  return { account: account ?? topology.operator, region: key.region };
}
