import { byValue, derived } from "../../core/derived";
import type { AccessRequest } from "../evaluate/types";
import type { ProofCall } from "./call";
import type { ProofDocuments } from "./documents";
import { numbering } from "./numbering";
import { otherActions } from "./other-actions";
import { otherPrincipals } from "./other-principals";
import { otherResources } from "./other-resources";
import { otherValues } from "./other-values";
import type { Outside } from "./outside";
import { callerOf, partiesBefore } from "./parties";
import { refusersOf, serviceOf, type DeniedCall } from "./refuser";

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
  const seen = new Set<string>();
  const isNew = (question: string) => seen.size < seen.add(question).size;
  const numberOf = numbering();
  const partiesOf = partiesBefore(documents, numberOf);
  const othersOf = otherPrincipals(outside);
  const contextOf = derived((context: AccessRequest["context"]) => numberOf(JSON.stringify(context)));
  const placeOf = byValue((resource: string) => numberOf(resource.slice(0, resource.lastIndexOf(":"))));
  for (const call of calls) {
    const { request, pins } = call;
    const { action } = request;
    const context = contextOf(request.context);
    const pinned = numberOf(`${String(request.context["aws:RequestedRegion"])} ${pins.join()}`);
    for (const refuser of refusersOf(request)) {
      const parties = partiesOf(request, refuser);
      if (isNew(`actions ${serviceOf(action)} ${parties} ${pinned}`)) yield* otherActions(call, refuser);
      if (pins.length > 0 && isNew(`values ${action} ${parties} ${context}`)) {
        for (const key of pins) yield* otherValues(call, key, outside, refuser);
      }
    }
    const caller = numberOf(callerOf(request.principal));
    if (isNew(`elsewhere ${placeOf(request.resource)} ${action} ${caller} ${pinned}`)) {
      for (const other of otherResources(call, outside)) {
        if (isNew(`others ${action} ${partiesOf(other.request, other.refuser)} ${context}`)) yield other;
      }
    }
    for (const { principal, refuser } of othersOf(call)) {
      if (!isNew(`others ${action} ${partiesOf(request, refuser, principal)} ${context}`)) continue;
      yield { what: `as ${callerOf(principal)}`, request: { ...request, principal }, refuser };
    }
  }
}
