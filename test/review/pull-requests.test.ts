import { reviewStacks } from "../../review";
import { COPIES, edited, ESTATE } from "./estate";
import { PULL_REQUESTS } from "./pull-requests";

describe("pull requests", () => {
  it.each(PULL_REQUESTS)("$name", ({ edits, copies = [], findings }) => {
    const review = reviewStacks(
      { stacks: ESTATE, copies: COPIES },
      {
        stacks: edited(ESTATE, edits),
        ...(copies === "untold" ? {} : { copies: edited(COPIES, copies) }),
      },
    );
    expect(review.findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual(findings);
  });
});
