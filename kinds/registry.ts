import type { KindName, Rule, Topology } from "../topology";
import { ami } from "./ami/carry";
import { dbSnapshot } from "./db-snapshot/carry";
import { ebsSnapshot } from "./ebs-snapshot/carry";
import type { Kind } from "./kind";

const BY_NAME: { readonly [K in KindName]: Kind } = {
  ami,
  "ebs-snapshot": ebsSnapshot,
  "db-snapshot": dbSnapshot,
};

/** The AWS half of every kind; `declared.ts` lists the pure halves. */
export const KINDS: readonly Kind[] = Object.values(BY_NAME);

/** The kind of a rule. */
export function kindOf({ kind }: Pick<Rule, "kind">): Kind {
  return BY_NAME[kind];
}

/** The kinds of a topology's rules. */
export function kindsIn(topology: Topology): readonly Kind[] {
  const names = new Set(topology.rules.map(({ kind }) => kind));
  return KINDS.filter(({ name }) => names.has(name));
}
