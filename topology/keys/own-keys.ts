import type { Account } from "../model";
import { isReplaceable, type ReplaceableKey } from "./copy-keys";

/** The account's own keys that copies use instead of the foundation's keys: one name for every Region, or one for each Region. */
export type OwnKeys = Readonly<Partial<Record<ReplaceableKey, string | Readonly<Record<string, string>>>>>;

/** Alias or ARN of the account's own key for a purpose in a Region; undefined: the foundation creates one. */
export function ownKey(
  { ownKeys }: Pick<Account, "ownKeys">,
  region: string,
  purpose: string,
): string | undefined {
  if (!isReplaceable(purpose)) return undefined;
  const named = ownKeys?.[purpose];
  return typeof named === "string" ? named : named?.[region];
}
