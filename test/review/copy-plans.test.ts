import { parseCopyPlan, reviewStacks, type CopyPlan } from "../../review";
import { checkedCopyPlan } from "../../review/read/copy-plan";
import { COPIES, ESTATE } from "./estate";
import { copyPlan, type CopyPlanEdit } from "./copy-plan";
import type { Plan } from "../../scripts/engine/results";
import { planOf, plannedCopy, plannedRule } from "../scripts/lib/planned";

function findingsOf(base: CopyPlan, head: CopyPlan, headCopies = COPIES) {
  return reviewStacks(
    { stacks: ESTATE, copies: COPIES, copyPlan: base },
    { stacks: ESTATE, copies: headCopies, copyPlan: head },
  ).findings;
}

const findingTexts = (...sides: Parameters<typeof findingsOf>) =>
  findingsOf(...sides).map(({ rule, message }) => `${rule}: ${message}`);

test("the output of `keyferry plan --json` is accepted, and fields that a review does not need are ignored", () => {
  const plan: Plan = planOf([plannedRule([plannedCopy()])]);
  const parsed = parseCopyPlan(JSON.stringify(plan), "head.json");
  expect(parsed).toMatchObject({ plan: { rules: [{ rule: "web", dataGiB: 10 }], unknown: [] } });
  expect(JSON.stringify(parsed)).not.toContain("ami-source");
  // The result of the API's `plan` needs no conversion.
  const typed: CopyPlan = plan;
  expect(checkedCopyPlan(typed, "head")).toEqual(parsed);
});

test.each<readonly [string, unknown, readonly string[]]>([
  ["not JSON", "{", ["head.json: it is not valid JSON"]],
  ["something else", [], ["head.json: (top level)"]],
  [
    "several mistakes",
    {
      rules: [
        {
          rule: "web",
          dataGiB: -1,
          shares: [],
          copies: [{ ...copyOf(), account: "12", dataGiB: "10", action: "steal" }],
        },
      ],
      unknown: [],
    },
    [
      "head.json: rules[0].dataGiB",
      "head.json: rules[0].copies[0].account",
      "head.json: rules[0].copies[0].action",
      "head.json: rules[0].copies[0].dataGiB",
    ],
  ],
  [
    "contradictions",
    {
      rules: [
        { rule: "web", dataGiB: 1, shares: [], copies: [copyOf(), copyOf()] },
        { rule: "web", dataGiB: 1, shares: [], copies: [] },
      ],
      unknown: [],
      cost: {
        currency: "USD",
        once: 1,
        monthly: 0,
        unpriced: [],
        copies: [{ rule: "web", node: "absent", once: 1, monthly: 0 }],
      },
    },
    [
      "head.json: rules[1].rule",
      "head.json: rules[0].copies[1]",
      "head.json: rules[0].copies[1].node",
      "head.json: cost.copies[0]",
    ],
  ],
])("%s as a plan is refused, with the path of every problem", (_, value, paths) => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const parsed = parseCopyPlan(text, "head.json");
  const problems = "problems" in parsed ? parsed.problems : [];
  expect(
    problems.map(({ path, what }) => (paths[0]?.includes("not valid JSON") ? `${path}: ${what}` : path)),
  ).toEqual(paths.map((path) => expect.stringContaining(path) as string));
  expect(problems.every(({ fix }) => fix?.includes("keyferry plan --json"))).toBe(true);
});

function copyOf() {
  return plannedCopy() as object;
}

test("equal plans give no finding, and neither does a single plan", () => {
  expect(findingTexts(copyPlan(), copyPlan())).toEqual([]);
  const { findings } = reviewStacks(
    { stacks: ESTATE, copies: COPIES },
    { stacks: ESTATE, copies: COPIES, copyPlan: copyPlan({ gib: [60, 60] }) },
  );
  expect(findings).toEqual([]);
});

const FULL: CopyPlanEdit = { gib: [60, 60], once: 1.2, monthly: 3 };

test("all copy jobs of a rule are one finding, with data and costs of both sides as numbers", () => {
  const findings = findingsOf(copyPlan(), copyPlan(FULL));
  expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    "copy-data-changed: the next run moves 120 GiB, 60 GiB of it across Regions for image web into 222222222222 eu-west-1, 222222222222 eu-central-1, previously nothing",
    "copy-cost-changed: the next run costs 2.40 USD once and 6.00 USD a month for image web into 222222222222 eu-west-1, 222222222222 eu-central-1, previously nothing",
    "total-cost-changed: all copies of the next run cost 2.40 USD once and 6.00 USD a month, previously nothing: 2.40 USD more once, 6.00 USD more a month",
  ]);
  expect(findings[0]).toMatchObject({
    severity: "notice",
    data: { before: { gib: 0, crossRegionGiB: 0 }, after: { gib: 120, crossRegionGiB: 60 } },
    including: [
      "222222222222 eu-west-1: 60 GiB, previously nothing",
      "222222222222 eu-central-1: 60 GiB across Regions, previously nothing",
    ],
  });
  expect(findings[1]).toMatchObject({
    cost: {
      before: { currency: "USD", once: 0, monthly: 0 },
      after: { currency: "USD", once: 2.4, monthly: 6 },
    },
  });
});

test("an added copy job is reported with its data and cost, and not again as a change", () => {
  const prod = COPIES[0]!;
  const one = { ...prod, to: { account: "333333333333", region: "eu-west-1" } };
  expect(
    findingTexts(
      copyPlan(),
      copyPlan({ added: { account: "333333333333", gib: 40, once: 0.8, monthly: 2 } }),
      [...COPIES, one],
    ),
  ).toEqual([
    "copy-added: image web also arrives in 333333333333 eu-west-1, from newest web-* of 111111111111 eu-west-1; the next run moves 40 GiB for it and costs 0.80 USD once and 2.00 USD a month",
    "total-cost-changed: all copies of the next run cost 0.80 USD once and 2.00 USD a month, previously nothing: 0.80 USD more once, 2.00 USD more a month",
  ]);
});

test("the data of a new copy in an account that Keyferry cannot access yet is reported as a maximum", () => {
  const one = { ...COPIES[0]!, to: { account: "333333333333", region: "eu-west-1" } };
  const head = copyPlan({ added: { account: "333333333333", gib: 0, unknown: "AccessDenied" } });
  expect(findingTexts(copyPlan(), head, [...COPIES, one])).toEqual([
    "copy-added: image web also arrives in 333333333333 eu-west-1, from newest web-* of 111111111111 eu-west-1; the next run moves nothing for it and costs nothing, and at most 60 GiB more for what AWS did not let the plan read",
    "copies-unplanned: the plan after does not say what the next run moves for image web, because AWS did not let the plan read everything: AccessDenied",
  ]);
});

test("a removed copy job is reported with the data that the next run would have moved", () => {
  const { rules, ...rest } = copyPlan({ gib: [0, 0] });
  const head = {
    ...rest,
    rules: rules.map((rule) => ({ ...rule, copies: rule.copies.slice(0, 1) })),
    cost: { ...rest.cost!, copies: [] },
  };
  expect(findingTexts(copyPlan({ gib: [0, 60], once: 0.4 }), head, COPIES.slice(0, 1))).toEqual([
    "copy-removed: image web no longer arrives in 222222222222 eu-central-1; the next run would have moved 60 GiB across Regions for it and cost 0.40 USD once",
    "copy-cost-changed: the next run costs nothing for image web into 222222222222 eu-west-1, previously 0.40 USD once",
    "total-cost-changed: all copies of the next run cost nothing, previously 0.80 USD once: 0.80 USD less once",
  ]);
});

test("a source that can no longer be shared directly needs a copy for the accounts that launch from it", () => {
  const copies = COPIES.map((copy, index) =>
    index === 0 ? { ...copy, route: "copy-to-share" as const } : copy,
  );
  const after = copyPlan({ gib: [60, 0] });
  const asItIs = { ...after, rules: after.rules.map((rule) => ({ ...rule, copies: rule.copies.slice(1) })) };
  const { findings } = reviewStacks(
    { stacks: ESTATE, copies, copyPlan: { ...asItIs, cost: undefined } },
    { stacks: ESTATE, copies, copyPlan: { ...after, cost: undefined } },
  );
  expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
    "copy-data-changed: the next run moves 60 GiB for image web into 222222222222 eu-west-1, previously nothing",
  ]);
});

test("a share moves nothing, and rules whose names begin alike are distinguished", () => {
  const share = { account: "222222222222", region: "eu-west-1" };
  const before = copyPlan({ gib: [60, 0] });
  const after = {
    ...copyPlan(),
    rules: [
      { ...copyPlan().rules[0]!, copies: copyPlan().rules[0]!.copies.slice(1), shares: [share] },
      { rule: "web2", dataGiB: 5, copies: [], shares: [share] },
    ],
    cost: undefined,
  };
  expect(findingTexts({ ...before, cost: undefined }, after)).toEqual([
    "copy-data-changed: the next run moves nothing for image web into 222222222222 eu-west-1, previously 60 GiB",
    "copies-unplanned: the plan after is of another topology than the synthesis, which has no copy job web2 222222222222 eu-west-1",
  ]);
});

test("the same amount of data with another distribution is a change", () => {
  expect(findingsOf(copyPlan({ gib: [60, 0] }), copyPlan({ gib: [0, 60] }))[0]).toMatchObject({
    message: expect.stringContaining("60 GiB across Regions"),
    including: [
      "222222222222 eu-west-1: nothing, previously 60 GiB",
      "222222222222 eu-central-1: 60 GiB across Regions, previously nothing",
    ],
  });
  const half = copyPlan({ gib: [40, 20], once: 1 });
  const other = copyPlan({ gib: [40, 20], once: 1 });
  const costs = other.cost!.copies.map((cost, index) => ({ ...cost, once: index === 0 ? 2 : 0 }));
  expect(findingTexts(half, { ...other, cost: { ...other.cost!, copies: costs } })).toEqual([
    expect.stringMatching(/costs 2\.00 USD once for .*, the same total, distributed differently$/),
  ]);
});

test("transit copies that a new destination needs are reported with their rule", () => {
  expect(findingTexts(copyPlan({ transit: 0 }), copyPlan({ transit: 60 }))).toEqual([
    "copy-data-changed: the next run moves 60 GiB across Regions for transit copies of image web, previously nothing",
  ]);
  const { rules, ...rest } = copyPlan({ transit: 0 });
  const closed = rules.map((rule) => ({
    ...rule,
    copies: rule.copies.map((copy) =>
      copy.role === "transit" ? { ...copy, action: "unknown" as const, unknown: "AccessDenied" } : copy,
    ),
  }));
  expect(findingTexts(copyPlan({ transit: 60 }), { ...rest, rules: closed })).toEqual([
    "copies-unplanned: the plan after does not say what the next run moves for image web, because AWS did not let the plan read everything: AccessDenied",
  ]);
});

test("a rule that only the plan or only the synthesis has is reported", () => {
  const without = { ...copyPlan(FULL), rules: [], cost: undefined };
  expect(
    findingTexts(without, copyPlan({ gib: [60, 60] })).filter((text) => !text.startsWith("total")),
  ).toEqual([
    expect.stringMatching(
      /^copies-unplanned: the plan before does not say .* image web into 222222222222 eu-west-1, 222222222222 eu-central-1, which it does not have/,
    ),
    "copies-unplanned: the plan before has no prices, so how costs change is unknown",
  ]);
  expect(findingTexts(copyPlan(), copyPlan(), COPIES.slice(0, 1))).toContain(
    "copies-unplanned: the plan after is of another topology than the synthesis, which has no copy job web 222222222222 eu-central-1",
  );
});

test("where a plan could not read a rule, AWS's reason is reported, and unknown data is not a change", () => {
  const closed = {
    ...copyPlan(),
    rules: [],
    unknown: [{ rule: "web", because: "AssumeRole: AccessDenied" }],
  };
  expect(findingTexts(closed, copyPlan(FULL))).toEqual([
    expect.stringMatching(/^total-cost-changed: .*; what copies-unplanned names is not included$/),
    "copies-unplanned: the plan before does not say what the next run moves for image web: AssumeRole: AccessDenied",
  ]);
});

test("two currencies are shown without a difference, and items without a price are named", () => {
  const before = copyPlan(FULL);
  const after = copyPlan({ ...FULL, currency: "EUR", unpriced: ["KMS"] });
  expect(findingTexts(before, after)).toContain(
    "total-cost-changed: all copies of the next run cost 2.40 EUR once and 6.00 EUR a month, previously 2.40 USD once and 6.00 USD a month; there is no price for KMS",
  );
});
