import { costOf } from "../../../scripts/planning/cost";
import { plannedCopy, plannedRule } from "../lib/planned";

const transit = plannedCopy({
  node: "web/transit/builder/eu-central-1",
  role: "transit",
  account: "111111111111",
  accountName: "builder",
});
const finals = ["prod", "lab"].map((accountName) =>
  plannedCopy({ accountName, from: transit.node, fromRegion: "eu-central-1" }),
);
const rule = plannedRule([transit, ...finals, plannedCopy({ action: "verify", dataGiB: 0 })]);

test("the source pays once for transfers, the owner of snapshots pays for them every month", () => {
  const cost = costOf([rule], {
    currency: "USD",
    transferPerGiB: { "*": { "*": 0.02 } },
    snapshotPerGiBMonth: { "eu-central-1": 0.05 },
    kmsPer10000Requests: 0.03,
  });
  expect(cost.lines.map(({ what, quantity, amount, paidBy }) => [what, quantity, amount, paidBy])).toEqual([
    ["transfer eu-west-1 -> eu-central-1", 10, 0.2, "builder"],
    ["KMS", 5, 0.000015, "builder"],
    ["snapshots in eu-central-1", 10, 0.5, "prod"],
    ["KMS", 5, 0.000015, "prod"],
    ["snapshots in eu-central-1", 10, 0.5, "lab"],
    ["KMS", 5, 0.000015, "lab"],
  ]);
  expect(cost).toMatchObject({ currency: "USD", monthly: 1, unpriced: [] });
  expect(cost.once).toBeCloseTo(0.200045, 8);
});

test("the costs are also listed by copy, only for copies that are made", () => {
  const { copies } = costOf([rule], {
    currency: "USD",
    transferPerGiB: { "*": { "*": 0.02 } },
    snapshotPerGiBMonth: { "eu-central-1": 0.05 },
  });
  expect(copies).toEqual([
    { rule: "web", node: transit.node, once: 0.2, monthly: 0 },
    { rule: "web", node: "web/final/prod/eu-central-1", once: 0, monthly: 0.5 },
    { rule: "web", node: "web/final/lab/eu-central-1", once: 0, monthly: 0.5 },
  ]);
});

test("the same item for the same account is one line", () => {
  const cost = costOf([rule, rule], { currency: "USD", transferPerGiB: { "*": { "*": 0.02 } } });
  expect(cost.lines).toMatchObject([{ quantity: 20, amount: 0.4 }]);
});

test("items without a price are named and never estimated", () => {
  const cost = costOf([rule], { currency: "EUR" });
  expect(cost).toEqual({
    currency: "EUR",
    lines: [],
    copies: [transit, ...finals].map(({ node }) => ({ rule: "web", node, once: 0, monthly: 0 })),
    once: 0,
    monthly: 0,
    unpriced: ["transfer eu-west-1 -> eu-central-1", "KMS", "snapshots in eu-central-1"],
  });
});
