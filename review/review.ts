import type { Finding } from "./finding";
import { declaredKeys, pairKeys } from "./read/keys";
import { readEstate } from "./read/read-estate";
import type { StackFiles } from "./read/stack-file";
import type { Synthesis } from "./read/synthesis";
import { compareRights } from "./rights/compare";
import { rightLines } from "./rights/lines";
import type { Comparison } from "./rule";
import { RULES } from "./rules";
import { NO_SETTINGS, severityOf, type ReviewSettings } from "./settings";

/** The result of a review; the same on every machine. */
export interface Review {
  /** The most important first. */
  readonly findings: readonly Finding[];
  /** How many resources each side has. */
  readonly looked: { readonly base: number; readonly head: number };
  /** Number of policies and resources that cannot be read before the deployment and are unchanged. */
  readonly unreadAsBefore: number;
}

/** Which rights a change gives and takes, and to whom: compares the syntheses before and after it, offline. */
export function reviewStacks(
  base: Synthesis,
  head: Synthesis,
  settings: ReviewSettings = NO_SETTINGS,
): Review {
  const comparison = compareStacks(base, head);
  const findings = RULES.flatMap((rule) =>
    rule.find(comparison).flatMap((found) => {
      const judged = severityOf(rule, found, settings);
      return judged === undefined ? [] : [{ rule: rule.id, ...judged, ...found }];
    }),
  );
  const rank = ({ severity }: Finding) => (severity === "blocking" ? 0 : 1);
  return {
    findings: findings
      .map((finding, index) => ({ finding, index }))
      .sort((a, b) => rank(a.finding) - rank(b.finding) || a.index - b.index)
      .map(({ finding }) => finding),
    looked: { base: countOf(base.stacks), head: countOf(head.stacks) },
    unreadAsBefore: unreadAsBefore(comparison),
  };
}

/** Reads both sides and compares their rights. */
export function compareStacks(base: Synthesis, head: Synthesis): Comparison {
  const declared = { base: declaredKeys(base.stacks), head: declaredKeys(head.stacks) };
  const pairs = pairKeys(declared.base, declared.head);
  const sides = {
    base: readEstate(base, declared.base, pairs, "base"),
    head: readEstate(head, declared.head, pairs, "head"),
  };
  const rights = compareRights(sides);
  return { ...sides, pairs, rights: rightLines(rights, sides), sampled: rights.sampled };
}

/** Whether something blocks. */
export function isBlocked({ findings }: Pick<Review, "findings">): boolean {
  return findings.some(({ severity }) => severity === "blocking");
}

function countOf(stacks: StackFiles): number {
  return Object.values(stacks)
    .flatMap(({ resource }) => Object.values(resource ?? {}))
    .reduce((sum, bodies) => sum + Object.keys(bodies).length, 0);
}

function unreadAsBefore({ base, head }: Comparison): number {
  const before = new Set(base.unread.map(({ what, written }) => `${what}\n${written}`));
  return head.unread.filter(({ what, written }) => before.has(`${what}\n${written}`)).length;
}
