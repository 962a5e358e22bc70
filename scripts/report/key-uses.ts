import type { KeyUse } from "../engine/results";

/** Uses that differ only in their time. */
export interface AlikeUses {
  readonly first: KeyUse;
  readonly last: KeyUse;
  readonly count: number;
}

/** Uses in the order of their first occurrence. */
export function alikeUses(uses: readonly KeyUse[]): readonly AlikeUses[] {
  const found = new Map<string, AlikeUses>();
  for (const use of uses) {
    const id = JSON.stringify([use.operation, use.key, userOf(use), use.refusal?.code, use.seenIn]);
    const known = found.get(id);
    found.set(id, { first: known?.first ?? use, last: use, count: (known?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

/** The part of an ARN that identifies the principal, and whether it called directly or through a service. */
export function userOf({ by }: KeyUse): string {
  const who = by.arn === undefined ? by.type : by.arn.replace(/^(?:[^:]*:){5}(?:assumed-role\/)?/, "");
  const account = by.account === undefined ? "" : ` of ${by.account}`;
  return `${who}${account}${by.through === undefined ? ", directly" : ""}`;
}

/** What the key was used for, by the encryption context: `aws:ebs:id=snap-...` */
export function usedFor({ encryptionContext }: KeyUse): string {
  return Object.entries(encryptionContext)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

/** `2026-11-29 14:36:18` */
export function usedAt({ at }: Pick<KeyUse, "at">): string {
  return at.slice(0, 19).replace("T", " ");
}
