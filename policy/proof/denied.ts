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
import { runsOf } from "./runs";
import { refusersOf, type DeniedCall } from "./refuser";

/**
 * Around the calls of copy jobs: everything that differs from one of them in one thing, and must be refused. Some at a time,
 * because there are many and none is needed for long. What would ask the same twice is asked once, and what documents
 * cannot tell apart as well: two keys that a role's policies list in the same statements, two roles that a key policy
 * names alike.
 * @param documents those that will be asked. @default - any may be asked, and may tell everything apart
 */
export function* deniedAround(
  calls: Iterable<ProofCall>,
  outside: Outside,
  documents?: ProofDocuments,
): Generator<readonly DeniedCall[]> {
  const numberOf = numbering();
  const partiesOf = documents === undefined ? partiesByName() : partiesBefore(documents);
  const othersOf = otherPrincipals(outside);
  const askedOf = askedBefore(numberOf);
  const numberOfCaller = derived((principal: RequestPrincipal) => numberOf(callerOf(principal)));
  const placeOf = byValue((resource: string) => resource.slice(0, resource.lastIndexOf(":")));
  for (const run of runsOf(calls)) {
    const { request } = run[0];
    const caller = numberOfCaller(request.principal);
    const place = placeOf(request.resource);
    const deciding = refusersOf(request).map((refuser) => ({
      refuser,
      parties: partiesOf(request, refuser),
    }));
    const others = othersOf(run[0]).map(({ principal, refuser }) => ({
      principal,
      refuser,
      parties: partiesOf(request, refuser, principal),
    }));
    const denied: DeniedCall[] = [];
    for (const call of run) {
      const asked = askedOf(call);
      for (const { refuser, parties } of deciding) {
        if (isNewIn(asked.actions, parties)) denied.push(...otherActions(call, refuser));
        if (call.pins.length === 0 || !isNewIn(asked.values, parties)) continue;
        for (const key of call.pins) denied.push(...otherValues(call, key, outside, refuser));
      }
      if (isNewIn(asked.elsewhere(place), caller)) {
        for (const other of otherResources(call, outside)) {
          if (isNewIn(asked.others, partiesOf(other.request, other.refuser))) denied.push(other);
        }
      }
      for (const { principal, refuser, parties } of others) {
        if (!isNewIn(asked.others, parties)) continue;
        denied.push({ what: `as ${callerOf(principal)}`, request: { ...call.request, principal }, refuser });
      }
    }
    yield denied;
  }
}
