import type { Plan } from "../../../scripts/engine/results";
import { planText } from "../../../scripts/report/plan-text";
import { planOf, plannedCopy, plannedRule } from "../lib/planned";

const transit = plannedCopy({
  node: "web/transit/builder/eu-central-1",
  role: "transit",
  accountName: "builder",
});

/** A plan with one copy of each kind. */
function full(): Plan {
  const stands = { imageId: "ami-1", state: "available" };
  const copies = [
    transit,
    plannedCopy({
      from: transit.node,
      fromRegion: "eu-central-1",
      crossRegionGiB: 0,
      publishes: { parameter: "/images/web", shows: "ami-old" },
    }),
    plannedCopy({
      accountName: "again",
      action: "copy-again",
      stands: { imageId: "ami-2", state: "failed" },
    }),
    plannedCopy({ accountName: "wait", action: "wait", stands: { imageId: "ami-3", state: "pending" } }),
    plannedCopy({ accountName: "stands", action: "verify", stands, dataGiB: 0 }),
    plannedCopy({
      accountName: "changes",
      action: "verify",
      stands,
      sets: [{ resourceId: "ami-1", what: "tag team", wanted: "platform" }],
      retires: ["ami-old"],
    }),
    plannedCopy({ accountName: "differs", action: "verify", stands, differences: ["it is under key k"] }),
    plannedCopy({ accountName: "left", role: "transit", action: "remove", stands }),
    plannedCopy({ accountName: "idle", role: "transit", action: "none" }),
  ];
  return planOf([plannedRule(copies, { dataGiB: 4, publishTo: "/images/web" })], {
    counts: { unknown: 0, copy: 3, transit: 1, again: 1, wait: 1, change: 1, differ: 1, stand: 1, remove: 2 },
    crossRegionGiB: 20,
    crossRegion: [{ from: "eu-west-1", to: "eu-central-1", copies: 2, gib: 20 }],
    savedGiB: 10,
    estimate: { snapshotMiBps: 500, pairMiBps: 2000, seconds: 75 },
    pressure: [
      {
        account: "222222222222",
        accountName: "prod",
        region: "eu-central-1",
        copies: 25,
        snapshots: 50,
        quota: { copiesAtOnce: 20, from: "account" },
        waiting: 5,
      },
    ],
    cost: {
      currency: "USD",
      copies: [],
      lines: [
        {
          what: "transfer eu-west-1 -> eu-central-1",
          kind: "once",
          quantity: 20,
          unit: "GiB",
          price: 0.02,
          per: 1,
          amount: 0.4,
          paidBy: "builder",
        },
        ...["prod", "lab"].map((paidBy) => ({
          what: "KMS",
          kind: "once" as const,
          quantity: 15,
          unit: "requests" as const,
          price: 0.03,
          per: 10_000 as const,
          amount: 0.000045,
          paidBy,
        })),
      ],
      once: 0.40009,
      monthly: 0,
      unpriced: ["snapshots in eu-central-1"],
    },
  });
}

/** The text without line breaks. */
function flowed(text: string): string {
  return text.replace(/\s+/g, " ");
}

test("every copy has a sign, as in Terraform's plans", () => {
  const signs = [...planText(full(), { columns: 120 }).matchAll(/^ +([-+/~=>!]+) eu-central-1 +(\w+):/gm)];
  expect(signs.map(([, sign, account]) => `${sign} ${account}`)).toEqual([
    "+ builder",
    "+ prod",
    "-/+ again",
    "> wait",
    "= stands",
    "~ changes",
    "- changes",
    "! differs",
    "- left",
  ]);
});

test.each([200, 100, 60, 40])("in %i columns the text is complete, and no line is too long", (columns) => {
  const text = planText(full(), { columns, withIds: true });
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
  for (const said of [
    "web: ami-source (web-1) of builder in eu-west-1, 10 GiB in 1 snapshot, 4 GiB of data",
    "why - every snapshot is unencrypted - 2 accounts want it",
    "publishes to /images/web, once proved",
    "transit copy of the source, 10 GiB from eu-west-1, temporary, removed after use",
    "copy of the transit copy in eu-central-1; replaces ami-old in /images/web",
    "ami-2 is failed: removed, then copy of the source",
    "ami-3 is pending: waited for",
    "ami-1 is up to date and will be verified",
    "ami-1 exists, gets tag team and will be verified",
    "ami-old is older than the copies to keep: removed",
    "ami-1 exists and fails verification: it is under key k",
    "Plan: 3 to copy (1 temporary), 1 in progress, 1 to change, 1 that would fail verification, 2 to remove, 1 up to date.",
    "20 GiB: eu-west-1 -> eu-central-1 20 GiB in 2 copies",
    "shared transfers save another 10 GiB",
    "at least 1 min 15 s, assuming 500 MiB/s for a snapshot",
    "20 copies at a time in each account and Region: the account's quota in Service Quotas",
    "prod in eu-central-1: 25 copies of 50 snapshots, 20 at a time, so 5 wait for the others",
    "0.40 USD once - transfer eu-west-1 -> eu-central-1: 20 GiB at 0.02 = 0.40, paid by builder",
    "- KMS: 30 requests at 0.03 per 10000 = 0.00009, paid by prod, lab",
    "not included, because no price is known: snapshots in eu-central-1",
  ]) {
    expect(flowed(text)).toContain(said);
  }
});

test("if quotas differ, each place is listed with its quota and the source", () => {
  const place = { account: "222222222222", accountName: "prod", copies: 1, snapshots: 1, waiting: 0 };
  const because = "Service Quotas returned an error: AccessDeniedException";
  const plan = planOf([plannedRule([plannedCopy()])], {
    pressure: [
      { ...place, region: "eu-west-1", quota: { copiesAtOnce: 40, from: "account" } },
      { ...place, region: "eu-west-2", quota: { copiesAtOnce: 20, from: "region" } },
      { ...place, region: "eu-west-3", quota: { copiesAtOnce: 20, from: "documents", because } },
      { ...place, region: "eu-north-1", quota: { copiesAtOnce: 1, from: "user" } },
      { ...place, region: "eu-south-1", quota: { copiesAtOnce: 40, from: "account" } },
    ],
  });
  const text = flowed(planText(plan, { columns: 200 }));
  for (const said of [
    "40 copies at a time in prod eu-west-1, prod eu-south-1: the account's quota in Service Quotas",
    "20 copies at a time in prod eu-west-2: AWS's default from Service Quotas, which has no value for the account",
    `20 copies at a time in prod eu-west-3: AWS's documented default, because ${because}`,
    "1 copy at a time in prod eu-north-1: from --max-copies",
  ]) {
    expect(text).toContain(said);
  }
});

test("without prices, costs are not mentioned", () => {
  const plan = full();
  delete (plan as { cost?: unknown }).cost;
  expect(planText(plan)).not.toMatch(/cost|price/i);
});

test("a plan with nothing to do is one line", () => {
  const plan = planOf(
    [plannedRule([plannedCopy({ action: "verify", stands: { imageId: "ami-1", state: "available" } })])],
    {
      counts: {
        unknown: 0,
        copy: 0,
        transit: 0,
        again: 0,
        wait: 0,
        change: 0,
        differ: 0,
        stand: 1,
        remove: 0,
      },
    },
  );
  expect(planText(plan).split("\n").at(-1)).toBe("Plan: nothing to copy, 1 up to date.");
  expect(planText(plan)).not.toContain("why");
});

test("reasons why a run cannot start also fit a narrow screen", () => {
  const what = "the key alias/keyferry/acme/home of account 222222222222 in eu-central-1 does not exist";
  const plan = planOf([], {
    refusals: [{ subject: "web", what, fix: "deploy the foundation before the run" }],
  });
  const text = planText(plan, { columns: 40 });
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
  expect(flowed(text)).toContain(`${what} fix: deploy the foundation`);
});

test("reasons why a run cannot start come last", () => {
  const plan = planOf([], { refusals: [{ subject: "web", what: "the key is Disabled", fix: "enable it" }] });
  expect(planText(plan)).toBe("1 precondition is not met:\n  web: the key is Disabled\n    fix: enable it");
});

describe("accounts with the same plan", () => {
  const stands = (accountName: string, imageId: string) =>
    plannedCopy({ accountName, action: "verify", dataGiB: 0, stands: { imageId, state: "available" } });
  const plan = planOf([
    plannedRule([stands("prod", "ami-1"), stands("lab", "ami-2"), plannedCopy({ accountName: "qa" })]),
  ]);

  test("share one row of the plan", () => {
    expect(planText(plan)).toContain("= eu-central-1  prod, lab: is up to date and will be verified");
  });

  test("are listed one by one if ids are requested", () => {
    const text = planText(plan, { withIds: true });
    expect(text).toContain("= eu-central-1  prod: ami-1 is up to date and will be verified");
    expect(text).toContain("= eu-central-1  lab: ami-2 is up to date and will be verified");
  });
});

describe("what cannot be read", () => {
  const unknown = plannedCopy({ action: "unknown", unknown: "AssumeRole: AccessDenied: no", dataGiB: 0 });

  it("has a row with AWS's reason, and is separate in the totals", () => {
    const text = planText(
      planOf([plannedRule([plannedCopy({ accountName: "staging" }), unknown])], {
        counts: { ...planOf([]).counts, copy: 1, unknown: 1 },
        unknown: [{ rule: "api", jobs: 3, because: "AssumeRole: AccessDenied: no" }],
      }),
      { columns: 200 },
    );
    expect(text).toMatch(/^ +\? eu-central-1 +prod: unknown: AssumeRole: AccessDenied: no$/m);
    expect(text).toMatch(/^api: unknown, 3 copies: AssumeRole: AccessDenied: no$/m);
    expect(text).toContain("Plan: 1 to copy + 1 unknown and not included in these figures;");
  });

  it("is reported even if there is nothing else", () => {
    const counts = { ...planOf([]).counts, unknown: 3 };
    const text = planText(planOf([], { counts, unknown: [{ rule: "api", jobs: 3, because: "no" }] }));
    expect(text).toContain("api: unknown, 3 copies: no");
    expect(text).toContain("Plan: nothing to copy, 0 up to date + 3 unknown");
  });
});

it("a pinned image that is no longer the newest is reported with the possible choices", () => {
  const outdated = { since: "2026-01-01T00:00:00.000Z", imageId: "ami-2", name: "web-2" };
  const text = planText(planOf([plannedRule([], { sourceImageId: "ami-1", outdated })]), { columns: 200 });
  expect(text).toContain(
    "ami-1 is pinned by the unfinished run of 2026-01-01T00:00:00.000Z; otherwise ami-2 (web-2)",
  );
  expect(text).toContain("keyferry run copies ami-1, and the run after that copies ami-2");
  expect(text).toContain("keyferry run --repin copies ami-2");
});

test("the plan lists who gets access during a run, and what is kept for copies that are not selected", () => {
  const action = { account: "111111111111", region: "eu-central-1", needs: [], after: [] };
  const actions = [
    { ...action, id: `${transit.node}/share`, do: "share-transit" as const, with: ["333333333333"] },
    { ...action, id: `${transit.node}/remove`, do: "end-transit" as const, removes: false },
  ];
  const staging = plannedCopy({ account: "333333333333", accountName: "staging" });
  const text = flowed(planText(planOf([plannedRule([transit, staging], { actions })])));
  expect(text).toContain(
    "shares the transit copy in eu-central-1 with staging until their copies have ended",
  );
  expect(text).toContain("temporary, kept for copies that are not selected");
});

test("the plan of a topology without images and snapshots reports that nothing is copied", () => {
  expect(planText(planOf([]))).toBe("nothing is copied: the topology declares no images and no snapshots");
});
