import { ConfigurationError, mistakeText } from "../../core/errors";
import { resolveTopology } from "../../topology";
import fc from "../_helpers/fast-check";
import { HOSTILE, HOSTILE_NAMES } from "../_helpers/malformed/hostile-values";
import { CHANGES, malformedTopology, VALID } from "../_helpers/malformed/topology";

/** The message that a user would read; undefined if the topology is valid. Any other thrown error is a defect. */
function reportOf(topology: unknown): string | undefined {
  try {
    resolveTopology(topology);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const { path, what } of error.problems) {
      if (path === "" || what === "") throw new RangeError("a problem without a place or a reason");
    }
    return mistakeText(error);
  }
}

test("the topologies from which malformed ones are generated are valid", () => {
  expect(VALID.map(reportOf)).toEqual(VALID.map(() => undefined));
});

test("a topology with random changes is valid, or gets one report of readable length", () => {
  fc.assert(
    fc.property(malformedTopology, ({ topology }) => {
      const report = reportOf(topology);
      if (report === undefined) return;
      expect(report).toMatch(/^\d+ problems? in the topology:\n/);
      expect(report).not.toMatch(/^\s+at .*:\d+:\d+/m);
      expect(report.length).toBeLessThan(100_000);
    }),
    { numRuns: 1500 },
  );
});

test.each(Object.keys(HOSTILE).filter((name) => !["an own prototype"].includes(name)))(
  "%s is not a topology",
  (name) => {
    expect(reportOf(HOSTILE[name]?.())).toMatch(/problems? in the topology/);
  },
);

const [ACME] = VALID;

test.each(Object.keys(HOSTILE).filter((name) => name !== "undefined"))(
  "%s is not an account, and is reported only at its place",
  (name) => {
    const accounts = { ...ACME?.accounts, staging: HOSTILE[name]?.() };
    const report = reportOf({ ...ACME, accounts }) ?? "";
    expect(report).toContain("accounts.staging");
    expect(report).not.toContain("images.");
  },
);

test.each(HOSTILE_NAMES.filter((name) => name.length < 100))(
  "an account %j that is not declared does not exist",
  (name) => {
    const images = { web: { ...ACME?.images?.["web"], to: [{ account: name, regions: ["eu-west-1"] }] } };
    expect(reportOf({ ...ACME, images })).toContain("is not a declared account");
  },
);

test("one object can be used in several places of a topology", () => {
  const regions = ["eu-west-1"];
  const images = {
    web: { ...ACME?.images?.["web"], to: ["prod", "staging"].map((account) => ({ account, regions })) },
  };
  expect(reportOf({ ...ACME, images })).toBeUndefined();
});

test("rules, accounts and keys can be named constructor", () => {
  const topology = {
    name: "constructor",
    accounts: { constructor: { id: "111111111111" }, other: { id: "222222222222" } },
    images: {
      constructor: {
        from: { account: "constructor", region: "eu-west-1", newest: { name: "constructor" } },
        to: [{ account: "other", regions: ["eu-west-1"] }],
        tags: { constructor: "constructor", toString: "toString" },
      },
    },
  };
  expect(reportOf(topology)).toBeUndefined();
});

test("the generator malforms topologies in more than a hundred ways", () => {
  expect(CHANGES.length).toBeGreaterThan(100);
});

test("the generator changes topologies at every depth", () => {
  const depths = fc
    .sample(malformedTopology, 500)
    .flatMap(({ changes }) => changes)
    .map((change) => (change.split(": ")[0] ?? "").split(".").length);
  for (const depth of [1, 3, 5, 7]) expect(depths).toContain(depth);
});
