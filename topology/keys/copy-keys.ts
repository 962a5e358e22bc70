import type { Account } from "../model";

/** Keys for copies that can be replaced by the next one. The key of buckets cannot: S3 re-encrypts what is under it. */
export const REPLACEABLE_KEYS = ["home", "transit"] as const;
export type ReplaceableKey = (typeof REPLACEABLE_KEYS)[number];

/** One number for every Region, or one for each named Region; 1 by default. */
export type KeyGenerations = Readonly<
  Partial<Record<ReplaceableKey, number | Readonly<Record<string, number>>>>
>;

/** The key for copies of a purpose in the lock file: `home` is the first generation, `home@2` the second. */
export interface CopyKey {
  readonly name: ReplaceableKey;
  readonly generation: number;
}

/** The generation of the home or transit key that an account declares in a Region. */
export function declaredGeneration(
  { keyGenerations }: Pick<Account, "keyGenerations">,
  region: string,
  name: string,
): number {
  if (!isReplaceable(name)) return 1;
  const declared = keyGenerations?.[name] ?? 1;
  return typeof declared === "number" ? declared : (declared[region] ?? 1);
}

/** The purpose in the lock file of a generation of a key for copies. The first generation has no number, as in earlier versions. */
export function generationPurpose<P extends string>(
  purpose: P,
  generation: number,
): P | `${string}@${number}` {
  return generation === 1 ? purpose : `${purpose}@${generation}`;
}

/** The name and generation of a home or transit key; undefined for any other. */
export function copyKeyOf(purpose: string): CopyKey | undefined {
  const [name = "", generation = "1"] = purpose.split("@");
  return isReplaceable(name) ? { name, generation: Number(generation) } : undefined;
}

/** Whether an account and Region have, or had, several keys of the same name, according to the purposes of its keys there. */
export function hasGenerations(purposes: readonly string[], name: ReplaceableKey): boolean {
  return purposes.some((purpose) => purpose.startsWith(`${name}@`));
}

export function isReplaceable(name: string): name is ReplaceableKey {
  return REPLACEABLE_KEYS.some((one) => one === name);
}
