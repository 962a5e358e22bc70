import { must } from "../core/must";
import type { Rule } from "../topology";
import { ami } from "./ami/carry";
import type { Kind } from "./kind";

/** Every kind of what is carried: the only list. */
export const KINDS: readonly Kind[] = [ami];

/** The kind of a rule. */
export function kindOf({ kind }: Pick<Rule, "kind">): Kind {
  return must(
    KINDS.find(({ name }) => name === kind),
    `the kind ${kind}`,
  );
}
