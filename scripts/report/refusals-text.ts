import type { Refusal } from "../engine/errors";
import { plural } from "./plural";
import { wrap } from "./wrap";

/**
 * Why nothing is begun: every reason, with what mends it.
 * @param columns characters in a line. @default - one line for each thing, however long
 */
export function refusalsText(refusals: readonly Refusal[], columns = Number.POSITIVE_INFINITY): string {
  const head = `${plural(refusals.length, "precondition does", "preconditions do")} not hold:`;
  const indented = (indent: string, text: string) =>
    wrap(text, columns - indent.length - HANG.length).map(
      (line, index) => indent + (index === 0 ? "" : HANG) + line,
    );
  return [
    head,
    ...refusals.flatMap(({ subject, what, fix }) => [
      ...indented("  ", `${subject}: ${what}`),
      ...(fix === undefined ? [] : indented("    ", `fix: ${fix}`)),
    ]),
  ].join("\n");
}

/** What a reason that goes on in another line is set in by. */
const HANG = "  ";
