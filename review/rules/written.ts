import type { Found } from "../finding";
import type { ReadPolicy } from "../read/document";

interface Written {
  readonly what: string;
  readonly why: string;
  readonly source: string;
  readonly written: string;
}

/** How policies and resources are written, for comparison. */
export function countOf(policies: readonly ReadPolicy[]): ReadonlySet<string> {
  return new Set(policies.map(({ name, written }) => `${name}\n${written}`));
}

/** Those that are written differently on the other side. */
export function writtenIn(
  found: readonly Written[],
  before: ReadonlySet<string>,
  how = " cannot be read",
): readonly Found[] {
  return found
    .filter(({ what, written }) => !before.has(`${what}\n${written}`))
    .map(({ what, why, source }) => ({
      message: `${what}${how}: ${why}`,
      resources: [what],
      accounts: [],
      sources: [source],
    }));
}
