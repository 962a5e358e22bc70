import { estimate as estimateWith } from "../../../scripts/planning/estimate";
import type { CopyPace, PlannedRule } from "../../../scripts/engine/results";
import { plannedCopy, plannedRule } from "../lib/planned";

/** A snapshot of 10 GiB takes 102.4 s at 100 MiB/s. */
const PACE = { snapshotMiBps: 100, pairMiBps: 10_000 };
const ONE = 103;

function estimate(rules: readonly PlannedRule[], pace: CopyPace, copiesAtOnce = 20) {
  return estimateWith(rules, pace, () => copiesAtOnce);
}

function copies(count: number, place = 1) {
  return Array.from({ length: count }, (_, index) =>
    plannedCopy({ node: `web/final/a${index}/r`, account: String(place + index) }),
  );
}

test("the time of one copy is its data at the pace of a snapshot", () => {
  expect(estimate([plannedRule([plannedCopy()])], PACE)?.seconds).toBe(ONE);
});

test("without copies there is no estimate", () => {
  expect(estimate([plannedRule([plannedCopy({ action: "verify" })])], PACE)).toBeUndefined();
});

test("the volumes of an image are copied in parallel", () => {
  const rule = plannedRule([plannedCopy({ dataGiB: 20 })], { sizeGiB: 20, dataGiB: 20, snapshots: 2 });
  expect(estimate([rule], PACE)?.seconds).toBe(ONE);
});

test("an image without any data takes no time", () => {
  const rule = plannedRule([plannedCopy({ dataGiB: 0 })], { dataGiB: 0, largestGiB: 0 });
  expect(estimate([rule], PACE)?.seconds).toBe(0);
});

test("copies in different accounts do not wait for each other", () => {
  expect(estimate([plannedRule(copies(30))], PACE)?.seconds).toBe(ONE);
});

test("copies over the quota of a place wait", () => {
  const here = copies(5).map((copy) => ({ ...copy, account: "222222222222" }));
  expect(estimate([plannedRule(here)], PACE, 2)?.seconds).toBe(308);
});

test("each place has its own quota", () => {
  const there = (account: string) =>
    copies(4).map((copy) => ({ ...copy, account, node: `${copy.node}/${account}` as const }));
  const rule = plannedRule([...there("1"), ...there("2")]);
  const seconds = (first: number, second: number) =>
    estimateWith([rule], PACE, ({ account }) => (account === "1" ? first : second))?.seconds;
  expect([seconds(4, 4), seconds(2, 4), seconds(4, 1)]).toEqual([ONE, 205, 410]);
});

test("an account's copies between the same two Regions share their throughput", () => {
  const here = copies(4).map((copy) => ({ ...copy, account: "222222222222" }));
  expect(estimate([plannedRule(here)], { ...PACE, pairMiBps: 200 })?.seconds).toBe(205);
});

test("a copy of a transit copy waits for it", () => {
  const transit = plannedCopy({ node: "web/transit/builder/eu-central-1", role: "transit", account: "1" });
  const final = plannedCopy({ from: transit.node, fromRegion: "eu-central-1" });
  expect(estimate([plannedRule([transit, final])], PACE)?.seconds).toBe(205);
});

test("a copy of an existing transit copy does not wait", () => {
  const transit = plannedCopy({ node: "web/transit/builder/eu-central-1", role: "transit", action: "none" });
  const final = plannedCopy({ from: transit.node, fromRegion: "eu-central-1" });
  expect(estimate([plannedRule([transit, final])], PACE)?.seconds).toBe(ONE);
});

test("thousands of copies are estimated quickly", () => {
  const here = copies(2000).map((copy, index) => ({ ...copy, account: String(index % 8) }));
  expect(estimate([plannedRule(here)], { ...PACE, pairMiBps: 2000 })?.seconds).toBe(1332);
});
