import type { Refusal } from "../engine/errors";
import { plural } from "./plural";
import { hanging } from "./wrap";

/**
 * Why nothing is started: every reason with its fix. Refusals that differ only in account and request id are printed once, with
 * the other subjects.
 * @param columns characters in a line. @default - unlimited
 */
export function refusalsText(refusals: readonly Refusal[], columns?: number): string {
  const head = `${plural(refusals.length, "precondition is", "preconditions are")} not met:`;
  return [
    head,
    ...alike(refusals).flatMap(([{ subject, what, fix }, ...others]) => [
      hanging(`${subject}: ${what}`, columns, "  "),
      ...(fix === undefined ? [] : [hanging(`fix: ${fix}`, columns, "    ")]),
      ...(others.length === 0 ? [] : [hanging(`likewise: ${others.map(whom).join(", ")}`, columns, "    ")]),
    ]),
  ].join("\n");
}

/** In the order of the first of each group. */
function alike(refusals: readonly Refusal[]): readonly (readonly [Refusal, ...Refusal[]])[] {
  const groups = new Map<string, [Refusal, ...Refusal[]]>();
  for (const refusal of refusals) {
    const reason = `${refusal.what}\n${refusal.fix ?? ""}`.replace(WHO_AND_WHEN, "");
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, [refusal]);
    else group.push(refusal);
  }
  return [...groups.values()];
}

/** Account ids and request ids. */
const WHO_AND_WHEN = /\b\d{12}\b|\(request id [^)]*\)/g;

function whom({ subject, account }: Refusal): string {
  return account === undefined || subject.includes(account) ? subject : `${subject} (${account})`;
}
