import { proofTarget } from "../../policy";
import { References, referenceIn, type KeyArns } from "./references";
import { resourcesOf, sourceOf, textOf, type Place, type StackFiles, type StackResource } from "./stack-file";

export const KEY_TYPES = [
  "aws_kms_key",
  "aws_kms_external_key",
  "aws_kms_replica_key",
  "aws_kms_replica_external_key",
];

/** An alias of a stack, and the key of a stack that it points to. */
export interface DeclaredAlias {
  readonly name: string;
  readonly place: Place;
  readonly resource: StackResource;
  /** Undefined where it points to a key that no stack creates. */
  readonly key: StackResource | undefined;
}

/** A key that a stack creates, with its aliases. */
export interface DeclaredKey {
  readonly resource: StackResource;
  readonly place: Place;
  /** The longest first: for a generation of a key, that is the alias that never moves. */
  readonly aliases: readonly string[];
}

/** The keys and aliases of one synthesis, before any of them has an ARN. */
export interface DeclaredKeys {
  readonly keys: readonly DeclaredKey[];
  readonly aliases: readonly DeclaredAlias[];
  /** Keys whose provider does not specify an account and a Region. */
  readonly placeless: readonly StackResource[];
}

const NO_ARNS: KeyArns = { made: () => undefined, behind: () => "" };

export function declaredKeys(stacks: StackFiles): DeclaredKeys {
  const references = new References(stacks, NO_ARNS);
  const resources = resourcesOf(stacks, ...KEY_TYPES);
  const byAddress = new Map(resources.map((resource) => [sourceOf(resource), resource]));
  const aliases = resourcesOf(stacks, "aws_kms_alias").flatMap((resource): DeclaredAlias[] => {
    const name = textOf(resource.body["name"]);
    if (name === undefined || resource.place === undefined) return [];
    const reference = referenceIn(resource.body["target_key_id"]);
    const target = reference === undefined ? undefined : references.follow(resource.stack, reference);
    const key = target === undefined ? undefined : byAddress.get(sourceOf(target));
    return [{ name, place: resource.place, resource, key }];
  });
  return {
    aliases,
    keys: resources.flatMap((resource): DeclaredKey[] => {
      if (resource.place === undefined) return [];
      const names = aliases.filter(({ key }) => key === resource).map(({ name }) => name);
      return [{ resource, place: resource.place, aliases: names.sort(longestFirst) }];
    }),
    placeless: resources.filter(({ place }) => place === undefined),
  };
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length || (a < b ? -1 : 1);
}

/** The same key on both sides. */
export interface KeyPair {
  readonly base: DeclaredKey | undefined;
  readonly head: DeclaredKey | undefined;
  /** Identifies the key on both sides. */
  readonly arn: string;
  /** Display name on both sides, from the alias that the key had before. */
  readonly label: string;
}

/**
 * Which keys are the same on both sides: keys with the same address in the same account and Region, as Terraform decides, and
 * of the others those with the same alias, as people do.
 */
export function pairKeys(base: DeclaredKeys, head: DeclaredKeys): readonly KeyPair[] {
  const left = new Set(head.keys);
  const take = (found: DeclaredKey | undefined) => {
    if (found !== undefined) left.delete(found);
    return found;
  };
  const byAddress = new Map(head.keys.map((key) => [addressIn(key), key]));
  const pairs = new Map(base.keys.map((key) => [key, take(byAddress.get(addressIn(key)))]));
  for (const [key, found] of pairs) {
    if (found !== undefined) continue;
    const [alias] = key.aliases;
    if (alias === undefined) continue;
    pairs.set(
      key,
      take([...left].find((other) => other.aliases[0] === alias && isSame(other.place, key.place))),
    );
  }
  const taken = new Set<string>();
  const arnOf = ({ place, aliases, resource }: DeclaredKey) => {
    const named = proofTarget.keyArn({ ...place, alias: aliases[0] ?? sourceOf(resource) });
    const arn = taken.has(named) ? proofTarget.keyArn({ ...place, alias: sourceOf(resource) }) : named;
    taken.add(arn);
    return arn;
  };
  return [
    ...[...pairs].map(([key, found]) => ({
      base: key,
      head: found,
      arn: arnOf(key),
      label: labelOf(key, found),
    })),
    ...[...left].map((key) => ({ base: undefined, head: key, arn: arnOf(key), label: labelOf(key) })),
  ];
}

function labelOf({ resource, place, aliases }: DeclaredKey, head?: DeclaredKey): string {
  const name = aliases[0] ?? head?.aliases[0] ?? `${resource.type}.${resource.id}`;
  return `key ${name} in ${place.account} ${place.region}`;
}

function addressIn({ place, resource }: DeclaredKey): string {
  return `${place.account} ${place.region} ${resource.type}.${resource.id}`;
}

function isSame(one: Place, other: Place): boolean {
  return one.account === other.account && one.region === other.region;
}

/** The ARNs of one side's keys, for its references, and the labels of keys that were looked up by alias. */
export function keyArns(
  declared: DeclaredKeys,
  pairs: readonly KeyPair[],
  side: "base" | "head",
): KeyArns & { readonly lookedUp: ReadonlyMap<string, string> } {
  const lookedUp = new Map<string, string>();
  const elsewhere = (place: Place, alias: string) => {
    const arn = proofTarget.keyArn({ ...place, alias });
    lookedUp.set(arn, `key ${alias} in ${place.account} ${place.region}`);
    return arn;
  };
  const made = new Map(
    pairs.flatMap((pair) => {
      const key = pair[side];
      return key === undefined ? [] : [[sourceOf(key.resource), pair.arn] as const];
    }),
  );
  const behind = new Map(
    declared.aliases.flatMap(({ name, place, key }) => {
      const arn = key === undefined ? undefined : made.get(sourceOf(key));
      return arn === undefined ? [] : [[aliasId(place, name), arn] as const];
    }),
  );
  return {
    made: (stack, address) => made.get(`${stack}: ${address}`),
    behind: (place, alias) => behind.get(aliasId(place, alias)) ?? elsewhere(place, alias),
    lookedUp,
  };
}

export function aliasId({ account, region }: Place, alias: string): string {
  return `${account} ${region} ${alias}`;
}
