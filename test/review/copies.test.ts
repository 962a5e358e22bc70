import { reviewStacks } from "../../review";
import { COPIES, ESTATE, PROD } from "./estate";

test("the message counts destinations beyond the first ones, and the finding lists all of them", () => {
  const [copy] = COPIES;
  const many = Array.from({ length: 9 }, (_, index) => ({
    ...copy!,
    to: { account: PROD, region: `region-${index}` },
  }));
  const { findings } = reviewStacks({ stacks: ESTATE, copies: many }, { stacks: ESTATE, copies: [] });
  expect(findings).toHaveLength(1);
  expect(findings[0]?.message).toMatch(/region-5 and 3 more$/);
  expect(findings[0]?.resources).toHaveLength(9);
  expect(findings[0]?.accounts).toEqual([PROD]);
});
