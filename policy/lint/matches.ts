import { patternTest, wildcards } from "@keyferry/evaluator";

/** Whether the whole text matches a pattern with `*` and `?`, as the evaluator reads it. */
export function matches(pattern: string, text: string): boolean {
  return patternTest(wildcards(pattern))(text);
}
