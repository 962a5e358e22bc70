import type { Item, LintStatement } from "./policy";
import type { Mistake, RuleResult } from "./types";

/**
 * The verdict over all subjects of a rule: `wrong` returns the mistakes of one of them. Without subjects the rule does
 * not apply; without mistakes it passes.
 */
export function judge<T>(subjects: readonly T[], wrong: (subject: T) => readonly Mistake[]): RuleResult {
  if (subjects.length === 0) return { verdict: "not-applicable" };
  const mistakes = subjects.flatMap(wrong);
  return mistakes.length === 0 ? { verdict: "pass" } : { verdict: "fail", mistakes };
}

/** A text with the statement that contains it. */
export interface Located extends Item {
  readonly statement: LintStatement;
}

/** One kind of text from all statements. */
export function all<T extends Item>(
  statements: readonly LintStatement[],
  pick: (statement: LintStatement) => readonly T[],
): readonly (T & Located)[] {
  return statements.flatMap((statement) => pick(statement).map((item) => ({ ...item, statement })));
}

/** A mistake at a text. */
export function at(item: Item, what: string): Mistake {
  return { place: item.place, what };
}

/** A mistake of a whole statement, or of one of its elements. */
export function inStatement(statement: LintStatement, what: string, place = statement.place): Mistake {
  return { place, what };
}
