import type { KeyUse } from "../engine/results";

/** Uses that differ in their time alone. */
export interface AlikeUses {
  readonly first: KeyUse;
  readonly last: KeyUse;
  readonly count: number;
}

/** Uses in the order of their first time. */
export function alikeUses(uses: readonly KeyUse[]): readonly AlikeUses[] {
  const found = new Map<string, AlikeUses>();
  for (const use of uses) {
    const id = JSON.stringify([use.operation, use.key, userOf(use), use.refusal?.code, use.seenIn]);
    const known = found.get(id);
    found.set(id, { first: known?.first ?? use, last: use, count: (known?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

/** The part of an ARN that tells who it was, and whether no service has called on its behalf. */
export function userOf({ by }: KeyUse): string {
  const who = by.arn === undefined ? by.type : by.arn.replace(/^(?:[^:]*:){5}(?:assumed-role\/)?/, "");
  const account = by.account === undefined ? "" : ` of ${by.account}`;
  return `${who}${account}${by.through === undefined ? ", by itself" : ""}`;
}

/** What KMS was told that the key is used for: `aws:ebs:id=snap-...` */
export function usedFor({ encryptionContext }: KeyUse): string {
  return Object.entries(encryptionContext)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

/** `2026-11-29 14:36:18` */
export function usedAt({ at }: Pick<KeyUse, "at">): string {
  return at.slice(0, 19).replace("T", " ");
}
