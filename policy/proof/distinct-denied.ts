import { byValue } from "@keyferry/common";
import { actionsAround } from "./actions-around";
import type { Parties, PartiesOf } from "./parties";
import { questions } from "./questions";
import type { DeniedCall } from "./refuser";

/** One call for each question to the same parties. */
export function distinctDenied(calls: readonly DeniedCall[], partiesOf: PartiesOf): readonly DeniedCall[] {
  const questionOf = questions();
  const askedOf = byValue<Parties, Set<number>>(() => new Set());
  const actionsOf = byValue((action: string) => actionsAround([action]));
  return calls.filter(({ request, refuser }) => {
    const parties = partiesOf(request, refuser, actionsOf(request.action));
    const before = askedOf(parties);
    return before.size < before.add(questionOf({ request, pins: NO_PINS }).numberFor(parties.keys)).size;
  });
}

const NO_PINS: readonly string[] = [];
