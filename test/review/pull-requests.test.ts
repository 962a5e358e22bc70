import { reviewStacks } from "../../review";
import { edited, ESTATE } from "./estate";
import { PULL_REQUESTS } from "./pull-requests";

describe("pull requests", () => {
  it.each(PULL_REQUESTS)("$name", ({ edits, findings }) => {
    const review = reviewStacks(ESTATE, edited(ESTATE, edits));
    expect(review.findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual(findings);
  });
});
