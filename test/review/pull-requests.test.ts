import { reviewStacks } from "../../review";
import { copyPlan } from "./copy-plan";
import { COPIES, edited, ESTATE } from "./estate";
import { PULL_REQUESTS } from "./pull-requests";

describe("pull requests", () => {
  it.each(PULL_REQUESTS)("$name", ({ edits, copies = [], copyPlans, findings }) => {
    const [before, after] = copyPlans ?? [];
    const review = reviewStacks(
      { stacks: ESTATE, copies: COPIES, ...(before && { copyPlan: copyPlan(before) }) },
      {
        stacks: edited(ESTATE, edits),
        ...(copies === "unlisted" ? {} : { copies: edited(COPIES, copies) }),
        ...(after && { copyPlan: copyPlan(after) }),
      },
    );
    expect(review.findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual(findings);
  });
});
