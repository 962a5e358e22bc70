import { ConfigurationError } from "../../core/errors";
import { resolvePrices, resolveTopology, snapshotPrice, transferPrice } from "../../topology";
import { ACME } from "../_helpers/topologies";

const PRICES = {
  currency: "USD",
  transferPerGiB: { "eu-west-1": { "eu-central-1": 0.02, "*": 0.09 }, "*": { "us-east-1": 0.05, "*": 0.1 } },
  snapshotPerGiBMonth: { "eu-west-1": 0.05, "*": 0 },
};

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, what }) => `${path}: ${what}`);
  }
}

test.each([
  ["eu-west-1", "eu-central-1", 0.02],
  ["eu-west-1", "us-east-1", 0.05],
  ["eu-west-1", "eu-west-3", 0.09],
  ["us-west-2", "us-east-1", 0.05],
  ["us-west-2", "eu-west-1", 0.1],
])("a transfer from %s to %s uses the most specific price in the table", (from, to, price) => {
  expect(transferPrice(resolvePrices(PRICES, "prices.json"), from, to)).toBe(price);
});

test("a price of zero is a price, and a missing price is undefined", () => {
  const table = resolvePrices(PRICES, "prices.json");
  expect(snapshotPrice(table, "us-east-1")).toBe(0);
  expect(snapshotPrice({ currency: "USD" }, "us-east-1")).toBeUndefined();
  expect(transferPrice({ currency: "USD" }, "us-east-1", "us-west-2")).toBeUndefined();
});

test("an invalid table is reported with all problems together", () => {
  const bad = {
    currency: "",
    transferPerGiB: { "eu-west-9": { "eu-centrl-1": "cheap" } },
    snapshotPerGiBMonth: { mars: -1 },
    kmsPer1000Requests: 1,
  };
  const problems = problemsOf(() => resolvePrices(bad, "prices.json")).join("\n");
  for (const expected of [
    /^currency: /m,
    /^transferPerGiB\.eu-west-9\.eu-centrl-1: "cheap" cannot be used$/m,
    /^transferPerGiB\.eu-west-9: the Region "eu-west-9" does not exist/m,
    /^transferPerGiB\.eu-west-9\.eu-centrl-1: the Region "eu-centrl-1" does not exist/m,
    /^snapshotPerGiBMonth\.mars: the Region "mars" does not exist/m,
    /^snapshotPerGiBMonth\.mars: -1 is too little$/m,
    /^kmsPer1000Requests: there is no such setting$/m,
  ]) {
    expect(problems).toMatch(expected);
  }
});

test.each([[null], ["USD"], [[]], [undefined]])("%j is not a price table", (input) => {
  expect(problemsOf(() => resolvePrices(input, "prices.json"))).toHaveLength(1);
});

describe("prices in the topology", () => {
  test("are part of the topology", () => {
    expect(resolveTopology({ ...ACME, prices: PRICES }).prices).toEqual(PRICES);
    expect(resolveTopology(ACME).prices).toBeUndefined();
  });

  test("are checked with the topology, so that one report has every problem", () => {
    const input = { ...ACME, operator: "nobody", prices: { snapshotPerGiBMonth: { mars: 1 } } };
    const problems = problemsOf(() => resolveTopology(input));
    expect(problems).toContainEqual(expect.stringMatching(/^operator: /));
    expect(problems).toContainEqual(expect.stringMatching(/^prices\.currency: /));
    expect(problems).toContainEqual(expect.stringMatching(/^prices\.snapshotPerGiBMonth\.mars: the Region/));
  });
});
