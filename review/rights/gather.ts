import { isRecord, parseArn, partitionOf } from "@keyferry/common";
import type { CanonicalStatement } from "@keyferry/evaluator";
import type { ReadPolicy } from "../read/document";
import type { Estate, ReviewedRole } from "../read/estate";
import { named, type ResourceSide, type RightResource } from "./resource";
import { principalsOf, statementsOf } from "./statements";
import {
  accountSubject,
  everybody,
  namedSubject,
  organizationSubject,
  providerSubject,
  serviceSubject,
  type Subject,
  type SubjectPolicies,
} from "./subject";
import { concrete } from "./values";

/** Both sides of a comparison. */
export interface Sides {
  readonly base: Estate;
  readonly head: Estate;
}

/** All resources of the stacks on which principals can have rights, if their policies can be read. */
export function resourcesOfEstates({ base, head }: Sides): readonly RightResource[] {
  const found = [...keys({ base, head }), ...buckets({ base, head }), ...roles({ base, head })];
  return found.filter((resource) =>
    [resource.base, resource.head].every((side) => side?.unreadable !== true),
  );
}

function keys({ base, head }: Sides): readonly RightResource[] {
  return arnsOf(base.keys, head.keys).map((arn) => {
    const side = (estate: Estate): ResourceSide | undefined => {
      const key = estate.keys.get(arn);
      if (key === undefined) return undefined;
      const grants = [...estate.grants.values()]
        .filter((grant) => grant.key === arn)
        .map(({ grant }) => grant);
      return { ...policyOf(key.policy), grants };
    };
    const key = (head.keys.get(arn) ?? base.keys.get(arn))!;
    return { ...shown(key), kind: "key", base: side(base), head: side(head) };
  });
}

function buckets({ base, head }: Sides): readonly RightResource[] {
  return arnsOf(base.buckets, head.buckets).flatMap((arn) => {
    const side = (estate: Estate): ResourceSide | undefined => {
      const bucket = estate.buckets.get(arn);
      if (bucket === undefined) return undefined;
      const restrict = bucket.publicAccessBlock.includes("restrict_public_buckets");
      return {
        ...policyOf(bucket.policy),
        grants: [],
        // Where the bucket's setting is off, the account's may still be on, which is in no stack.
        restrictPublicBuckets: restrict,
      };
    };
    const bucket = (head.buckets.get(arn) ?? base.buckets.get(arn))!;
    const both = { ...shown(bucket), base: side(base), head: side(head) };
    return [
      { ...both, kind: "bucket" as const },
      { ...both, kind: "objects" as const, arn: `${arn}/any`, label: `objects in ${bucket.label}` },
    ];
  });
}

function roles({ base, head }: Sides): readonly RightResource[] {
  return arnsOf(base.roles, head.roles).map((arn) => {
    const side = (estate: Estate): ResourceSide | undefined => {
      const role = estate.roles.get(arn);
      return role === undefined ? undefined : { ...policyOf(role.trust), grants: [] };
    };
    const role = (head.roles.get(arn) ?? base.roles.get(arn))!;
    return { ...shown(role), kind: "role", base: side(base), head: side(head) };
  });
}

function policyOf(policy: ReadPolicy | undefined) {
  return { policy: named(policy), unreadable: policy !== undefined && policy.document === undefined };
}

function arnsOf(base: ReadonlyMap<string, unknown>, head: ReadonlyMap<string, unknown>): readonly string[] {
  return [...new Set([...base.keys(), ...head.keys()])];
}

function shown({ arn, label, account, source }: Pick<RightResource, "arn" | "label" | "account" | "source">) {
  return { arn, label, account, source, assumed: false };
}

/** Every principal that the policies of both sides name, once. */
export function subjectsOf({ base, head }: Sides): readonly Subject[] {
  const [region = "eu-west-1"] = [...head.keys.values(), ...base.keys.values(), ...head.roles.values()].map(
    (thing) => thing.region,
  );
  const partition = partitionOf(region);
  const found = new Map<string, Subject>();
  const add = (subject: Subject | undefined) => {
    if (subject !== undefined && !found.has(subject.label)) found.set(subject.label, subject);
  };
  for (const arn of arnsOf(base.roles, head.roles))
    add(roleSubject(base.roles.get(arn), head.roles.get(arn)));
  add(everybody(partition));
  const roleArns = new Set(arnsOf(base.roles, head.roles));
  const accounts = new Set([...base.accounts, ...head.accounts]);
  const named = new Map<string, string>();
  for (const policy of [...policiesOf(base), ...policiesOf(head)]) {
    if (policy.document === undefined) continue;
    for (const statement of statementsOf(policy.document)) {
      for (const [type, name] of principalsOf(statement)) {
        if (type === "Service") add(serviceSubject(name));
        else if (type === "Federated") add(providerSubject(name));
        else if (/^\d{12}$/.test(name)) accounts.add(name);
        else if (name !== "*") named.set(name, name);
      }
      for (const [key, value] of literals(statement)) {
        if (/^(aws:principalaccount|kms:calleraccount)$/.test(key)) accounts.add(value);
        if (key === "aws:principalarn") named.set(concrete(value), value);
        if (key === "aws:principalorgid") add(organizationSubject(partition, concrete(value)));
      }
    }
  }
  for (const { grant } of [...base.grants.values(), ...head.grants.values()]) {
    named.set(grant.granteePrincipal, grant.granteePrincipal);
  }
  for (const [arn, written] of named) {
    const account = parseArn(arn)?.account ?? "";
    if (/^\d{12}$/.test(account)) accounts.add(account);
    const subject = roleArns.has(arn) ? undefined : namedSubject(arn);
    add(subject === undefined || written === arn ? subject : { ...subject, label: `principals ${written}` });
  }
  for (const account of accounts) if (/^\d{12}$/.test(account)) add(accountSubject(partition, account));
  return [...found.values()];
}

function roleSubject(base: ReviewedRole | undefined, head: ReviewedRole | undefined): Subject {
  const { label, account, arn } = (head ?? base)!;
  return {
    label,
    kind: "role",
    account,
    principal: { kind: "role", account, arn },
    context: {},
    base: policiesOfRole(base),
    head: policiesOfRole(head),
  };
}

function policiesOfRole(role: ReviewedRole | undefined): SubjectPolicies | undefined {
  if (role === undefined) return undefined;
  const unreadable = role.identity
    .filter(({ document }) => document === undefined)
    .map(({ name, unread }) => ({ name, kind: "identity" as const, why: unread.join("; ") }));
  const boundary = named(role.boundary);
  return {
    identity: role.identity.flatMap((policy) => named(policy) ?? []),
    ...(boundary === undefined ? {} : { boundary }),
    unread: [...role.unread, ...unreadable],
  };
}

/** Every policy of an estate. */
export function policiesOf(estate: Estate): readonly ReadPolicy[] {
  return [
    ...[...estate.keys.values()].map(({ policy }) => policy),
    ...[...estate.buckets.values()].flatMap(({ policy }) => policy ?? []),
    ...[...estate.roles.values()].flatMap(({ trust, identity, boundary }) => [
      trust,
      ...identity,
      ...(boundary === undefined ? [] : [boundary]),
    ]),
  ];
}

/** Condition keys in lower case, with all values. */
function literals({ Condition }: CanonicalStatement): readonly (readonly [string, string])[] {
  return Object.values(Condition ?? {}).flatMap((keys) =>
    Object.entries(isRecord(keys) ? keys : {}).flatMap(([key, values]) =>
      (values as readonly string[]).map((value) => [key.toLowerCase(), value] as const),
    ),
  );
}
