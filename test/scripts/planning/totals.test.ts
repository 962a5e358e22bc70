import { countsOf, crossingsOf, pressureOf, savedGiB } from "../../../scripts/planning/totals";
import { plannedCopy, plannedRule } from "../lib/planned";

const stands = { imageId: "ami-1", state: "available" };

test("copies are counted by what a run does with them", () => {
  const counts = countsOf([
    plannedCopy({ role: "transit" }),
    plannedCopy(),
    plannedCopy({ action: "copy-again", stands }),
    plannedCopy({ action: "wait", stands }),
    plannedCopy({ action: "verify", stands }),
    plannedCopy({ action: "verify", stands, sets: [{ resourceId: "ami-1", what: "tag a", wanted: "b" }] }),
    plannedCopy({ action: "verify", stands, differences: ["it has another key"], retires: ["ami-0"] }),
    plannedCopy({ action: "remove", role: "transit", stands }),
    plannedCopy({ action: "none", role: "transit" }),
    plannedCopy({ action: "unknown", unknown: "AccessDenied" }),
  ]);
  expect(counts).toEqual({
    unknown: 1,
    copy: 3,
    transit: 1,
    again: 1,
    wait: 1,
    change: 1,
    differ: 1,
    stand: 1,
    remove: 2,
  });
});

test("transfers are listed by pair of Regions, the largest first, without copies that exist", () => {
  const copies = [
    plannedCopy({ region: "us-east-1" }),
    plannedCopy(),
    plannedCopy({ accountName: "lab" }),
    plannedCopy({ region: "eu-west-1" }),
    plannedCopy({ action: "verify", dataGiB: 0 }),
  ];
  expect(crossingsOf(copies)).toEqual([
    { from: "eu-west-1", to: "eu-central-1", copies: 2, gib: 20 },
    { from: "eu-west-1", to: "us-east-1", copies: 1, gib: 10 },
  ]);
});

test("a shared transfer saves all transfers except one", () => {
  const transit = plannedCopy({ node: "web/transit/builder/eu-central-1", role: "transit" });
  const finals = ["prod", "lab", "qa"].map((accountName) =>
    plannedCopy({ accountName, from: transit.node, fromRegion: "eu-central-1" }),
  );
  expect(savedGiB(plannedRule([transit, ...finals]))).toBe(20);
  expect(savedGiB(plannedRule([plannedCopy(), plannedCopy({ accountName: "lab" })]))).toBe(0);
});

test("each place lists how many of its copies must wait", () => {
  const rule = plannedRule(
    [...Array<string>(25).fill("prod"), "lab"].map((accountName, index) =>
      plannedCopy({ accountName, account: accountName, node: `web/final/${index}/r` }),
    ),
    { snapshots: 2 },
  );
  const quota = { copiesAtOnce: 20, from: "account" } as const;
  const raised = { copiesAtOnce: 24, from: "account" } as const;
  expect(pressureOf([rule], ({ account }) => (account === "prod" ? raised : quota))).toMatchObject([
    { accountName: "prod", copies: 25, snapshots: 50, waiting: 1, quota: raised },
    { accountName: "lab", copies: 1, snapshots: 2, waiting: 0, quota },
  ]);
});
