import { compareStacks } from "../../review/review";
import { decide } from "../../review/rights/ask";
import fc from "../_helpers/fast-check";
import { edited, ESTATE } from "./estate";
import { PULL_REQUESTS } from "./pull-requests";

/** Changes of policies that can be made together. */
const CHANGES = PULL_REQUESTS.filter(({ name }) =>
  /principal|condition|Allow|Deny|grant|role that|bucket policy/.test(name),
);

const someChanges = fc.array(fc.constantFrom(...CHANGES), { minLength: 1, maxLength: 4 });

it("every right that is told as gained or lost is decided so, for each of its actions, on the request that is shown", () => {
  fc.assert(
    fc.property(someChanges, fc.boolean(), (changes, isReversed) => {
      const after = edited(
        ESTATE,
        changes.flatMap(({ edits }) => edits),
      );
      const { rights } = isReversed
        ? compareStacks({ stacks: after }, { stacks: ESTATE })
        : compareStacks({ stacks: ESTATE }, { stacks: after });
      for (const { direction, subject, resources, uncertain, witnesses } of rights) {
        if (uncertain) continue;
        const wanted = direction === "gained" ? ["refused", "allowed"] : ["allowed", "refused"];
        for (const resource of resources) {
          for (const { actions, context } of witnesses) {
            for (const action of actions) {
              const question = { subject, resource, action, context };
              expect([decide(question, "base"), decide(question, "head")]).toEqual(wanted);
            }
          }
        }
      }
    }),
  );
});
