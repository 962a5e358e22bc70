import { byValue } from "../../core/derived";
import { askedBefore } from "./asked-before";
import type { ProofCall } from "./call";
import { otherActions } from "./other-actions";
import { otherPrincipals } from "./other-principals";
import { otherResources } from "./other-resources";
import { otherValues } from "./other-values";
import type { Outside } from "./outside";
import { callerOf, partiesByName, type PartiesOf } from "./parties";
import { questions } from "./questions";
import { runsOf } from "./runs";
import { refusersOf, type DeniedCall } from "./refuser";

/**
 * Around the calls of copy jobs: everything that differs from one of them in one thing, and must be refused. Some at a time,
 * because there are many and none is needed for long. What would ask the same twice is asked once, and what documents
 * cannot tell apart as well: two keys that a role's policies list in the same statements, two roles that a key policy
 * names alike, two roles whose policies differ in their account alone.
 * @param partiesOf who is told apart by those that will be asked. @default - anybody may be
 */
export function* deniedAround(
  calls: Iterable<ProofCall>,
  outside: Outside,
  partiesOf: PartiesOf = partiesByName(),
): Generator<readonly DeniedCall[]> {
  const othersOf = otherPrincipals(outside);
  const questionOf = questions();
  const asked = askedBefore();
  const placeOf = byValue((resource: string) => resource.slice(0, resource.lastIndexOf(":")));
  for (const run of runsOf(calls)) {
    const { request } = run[0];
    const isNewElsewhere = asked.elsewhere(callerOf(request.principal))(placeOf(request.resource));
    const deciding = refusersOf(request).map((refuser) => {
      const before = asked.of(partiesOf(request, refuser));
      const whose = refuser === "identity" ? callerOf(request.principal) : request.resource;
      return { refuser, before, isNewNeed: before.isNewNeed(whose) };
    });
    const others = othersOf(run[0]).map(({ principal, refuser }) => ({
      principal,
      refuser,
      before: asked.of(partiesOf(request, refuser, principal)),
    }));
    const denied: DeniedCall[] = [];
    for (const call of run) {
      const question = questionOf(call);
      for (const { refuser, before, isNewNeed } of deciding) {
        if (isNewNeed(question) && before.isNewAction(question)) denied.push(...otherActions(call, refuser));
        if (call.pins.length === 0 || !before.isNewValue(question)) continue;
        for (const key of call.pins) denied.push(...otherValues(call, key, outside, refuser));
      }
      if (isNewElsewhere(question)) {
        for (const other of otherResources(call, outside)) {
          if (asked.of(partiesOf(other.request, other.refuser)).isNewOther(question)) denied.push(other);
        }
      }
      for (const { principal, refuser, before } of others) {
        if (!before.isNewOther(question)) continue;
        denied.push({ what: `as ${callerOf(principal)}`, request: { ...call.request, principal }, refuser });
      }
    }
    yield denied;
  }
}
