import type { Refusal } from "../engine/errors";

/** Why nothing is begun: every reason, with what mends it. */
export function refusalsText(refusals: readonly Refusal[]): string {
  const head = `${refusals.length} precondition${refusals.length === 1 ? " does" : "s do"} not hold:`;
  return [head, ...refusals.map(refusalText)].join("\n");
}

function refusalText(refusal: Refusal): string {
  return `  ${refusal.subject}: ${refusal.what}${refusal.fix === undefined ? "" : `\n    fix: ${refusal.fix}`}`;
}
