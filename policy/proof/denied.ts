import { byValue, derived } from "../../core/derived";
import type { RequestPrincipal } from "../evaluate/types";
import { askedBefore, isNewIn } from "./asked-before";
import type { ProofCall } from "./call";
import type { ProofDocuments } from "./documents";
import { numbering } from "./numbering";
import { otherActions } from "./other-actions";
import { otherPrincipals } from "./other-principals";
import { otherResources } from "./other-resources";
import { otherValues } from "./other-values";
import type { Outside } from "./outside";
import { callerOf, partiesBefore, partiesByName } from "./parties";
import { refusersOf, type DeniedCall } from "./refuser";

/**
 * Around the calls of copy jobs: everything that differs from one of them in one thing, and must be refused. One by one,
 * because there are many and none is needed for long. What would ask the same twice is asked once, and what documents
 * cannot tell apart as well: two keys that a role's policies list in the same statements, two roles that a key policy
 * names alike.
 * @param documents those that will be asked. @default - any may be asked, and may tell everything apart
 */
export function* deniedAround(
  calls: Iterable<ProofCall>,
  outside: Outside,
  documents?: ProofDocuments,
): Generator<DeniedCall> {
  const numberOf = numbering();
  const partiesOf = documents === undefined ? partiesByName() : partiesBefore(documents);
  const othersOf = otherPrincipals(outside);
  const askedOf = askedBefore(numberOf);
  const numberOfCaller = derived((principal: RequestPrincipal) => numberOf(callerOf(principal)));
  const placeOf = byValue((resource: string) => resource.slice(0, resource.lastIndexOf(":")));
  for (const call of calls) {
    const { request, pins } = call;
    const asked = askedOf(call);
    for (const refuser of refusersOf(request)) {
      const parties = partiesOf(request, refuser);
      if (isNewIn(asked.actions, parties)) yield* otherActions(call, refuser);
      if (pins.length > 0 && isNewIn(asked.values, parties)) {
        for (const key of pins) yield* otherValues(call, key, outside, refuser);
      }
    }
    if (isNewIn(asked.elsewhere(placeOf(request.resource)), numberOfCaller(request.principal))) {
      for (const other of otherResources(call, outside)) {
        if (isNewIn(asked.others, partiesOf(other.request, other.refuser))) yield other;
      }
    }
    for (const { principal, refuser } of othersOf(call)) {
      if (!isNewIn(asked.others, partiesOf(request, refuser, principal))) continue;
      yield { what: `as ${callerOf(principal)}`, request: { ...request, principal }, refuser };
    }
  }
}
