import { byValue, lazily } from "@keyferry/common";
import { must } from "../../core/must";
import { askedBefore, type AskedElsewhere } from "./asked-before";
import type { ProofCall } from "./call";
import { neededOnObjects, otherActions } from "./other-actions";
import { otherPrincipals, type OtherPrincipal } from "./other-principals";
import { otherResources } from "./other-resources";
import { otherValues } from "./other-values";
import type { Outside } from "./outside";
import { callerOf, partiesByName, type PartiesOf } from "./parties";
import { runsOf, type Run } from "./runs";
import { CALLERS_POLICIES, refusersOf, type DeniedCall, type Refuser } from "./refuser";

/**
 * Calls around the calls of copy jobs: each differs from one of them in one property, and must be refused. They are yielded in
 * batches, because there are many and each is needed only briefly. Equal questions are asked once, also if the documents
 * cannot distinguish the parties: two keys that a role's policies list in the same statements, two roles that a key policy
 * treats the same, two roles whose policies differ only in their account.
 * @param partiesOf which parties the documents distinguish. @default - all of them
 */
export function* deniedAround(
  calls: readonly ProofCall[],
  outside: Outside,
  partiesOf: PartiesOf = partiesByName(),
): Generator<readonly DeniedCall[]> {
  const othersOf = otherPrincipals(outside);
  const before = askedBefore();
  const neededBy = neededOnObjects(calls);
  const placeOf = byValue((resource: string) => resource.slice(0, resource.lastIndexOf(":")));
  for (const run of runsOf(calls)) {
    const [call] = run.calls;
    const { request } = call;
    const elsewhere = before.elsewhere(callerOf(request.principal))(placeOf(request.resource));
    const refusers = refusersOf(request);
    const others = othersOf(call);
    // If only the caller's policies decide, another resource in the same place leads to the same questions.
    if (refusers === CALLERS_POLICIES && others.length === 0) {
      if (!elsewhere.isNewRun(partiesOf(request, "identity", run.actions))(run.asked)) continue;
    }
    yield aroundRun(run, { refusers, others, elsewhere, before, partiesOf, outside, neededBy });
  }
}

interface Around {
  readonly refusers: readonly Refuser[];
  readonly others: readonly OtherPrincipal[];
  readonly elsewhere: AskedElsewhere;
  readonly before: ReturnType<typeof askedBefore>;
  readonly partiesOf: PartiesOf;
  readonly outside: Outside;
  readonly neededBy: ReturnType<typeof neededOnObjects>;
}

function aroundRun({ calls, asked, actions }: Run, around: Around): readonly DeniedCall[] {
  const { elsewhere, before, partiesOf, outside, neededBy } = around;
  const { request } = calls[0];
  const deciding = around.refusers.map((refuser) => {
    const whose = refuser === "identity" ? callerOf(request.principal) : request.resource;
    const { isNewNeed, ...isNew } = before.of(partiesOf(request, refuser, actions));
    return { refuser, ...isNew, isNewNeed: isNewNeed(whose) };
  });
  const others = around.others.map(({ principal, refuser }) => ({
    principal,
    refuser,
    ...before.of(partiesOf(request, refuser, actions, principal)),
  }));
  const resourcesOfOthers = lazily(() =>
    otherResources(calls[0], outside).map((other) => ({
      other,
      ...before.of(partiesOf({ ...request, ...other }, "identity", actions)),
    })),
  );
  const denied: DeniedCall[] = [];
  calls.forEach((call, index) => {
    const question = must(asked[index], "the question of a call");
    for (const { refuser, isNewNeed, isNewAction, isNewValue } of deciding) {
      if (isNewNeed(question) && isNewAction(question))
        denied.push(...otherActions(call, refuser, neededBy(request)));
      if (call.pins.length === 0 || !isNewValue(question)) continue;
      for (const key of call.pins) denied.push(...otherValues(call, key, outside, refuser));
    }
    if (elsewhere.isNew(question)) {
      for (const { other, isNewOther } of resourcesOfOthers()) {
        if (!isNewOther(question)) continue;
        const what = `on ${other.resource}`;
        denied.push({ what, request: { ...call.request, ...other }, refuser: "identity" });
      }
    }
    for (const { principal, refuser, isNewOther } of others) {
      if (!isNewOther(question)) continue;
      denied.push({ what: `as ${callerOf(principal)}`, request: { ...call.request, principal }, refuser });
    }
  });
  return denied;
}
