import type { Refusal } from "../engine/errors";
import { plural } from "./plural";
import { hanging } from "./wrap";

/**
 * Why nothing is begun: every reason, with what mends it.
 * @param columns characters in a line. @default - one line for each thing, however long
 */
export function refusalsText(refusals: readonly Refusal[], columns?: number): string {
  const head = `${plural(refusals.length, "precondition does", "preconditions do")} not hold:`;
  return [
    head,
    ...refusals.flatMap(({ subject, what, fix }) => [
      hanging(`${subject}: ${what}`, columns, "  "),
      ...(fix === undefined ? [] : [hanging(`fix: ${fix}`, columns, "    ")]),
    ]),
  ].join("\n");
}
