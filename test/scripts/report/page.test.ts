import type { NodeId } from "../../../topology/ids";
import { lastJourney } from "../../../scripts/engine/history";
import type { JournalRecord } from "../../../scripts/engine/journal";
import type { RunEvent } from "../../../scripts/engine/events";
import type { Report } from "../../../scripts/engine/results";
import { reportPage } from "../../../scripts/report/page";
import { leftOutOf, partText } from "../../../scripts/report/part-text";
import { html } from "../../../scripts/report/page/html";
import { narrowLayout, wideLayout, type PlacedBox } from "../../../scripts/report/page/picture/layout";
import { pictureOf } from "../../../scripts/report/page/picture/boxes";
import { shownCopies } from "../../../scripts/report/page/shown-copies";
import { resolveTopology } from "../../../topology";
import { TWO_ACCOUNTS } from "../fake-aws/stage";

const TOPOLOGY = resolveTopology(TWO_ACCOUNTS);
const START = Date.parse("2026-01-01T00:00:00Z");
const TRANSIT = "web/transit/builder/eu-west-1";
const PROD = "web/final/prod/eu-central-1";
const STAGING = "web/final/staging/eu-west-1";

function planned(node: NodeId, madeFrom: string): RunEvent {
  const [, role, account = "", region = ""] = node.split("/");
  return { code: "CopyPlanned", node, role: role as "final", account, region, madeFrom, sizeGiB: 32 };
}
const started = (node: NodeId, imageId: string): RunEvent => ({
  code: "CopyStarted",
  node,
  imageId,
  fromImageId: "ami-1",
  origin: "ami-1",
  attempt: 1,
});
const available = (node: NodeId, imageId: string): RunEvent => ({
  code: "CopyAvailable",
  node,
  imageId,
  seconds: 60,
});
const verified = (node: NodeId, imageId: string): RunEvent => ({
  code: "CopyVerified",
  node,
  imageId,
  keyArn: "arn:aws:kms:eu-central-1:222222222222:key/k",
  snapshots: 3,
});
const failed = (task: string, reason: string): RunEvent => ({
  code: "TaskFailed",
  task,
  explanation: {
    code: "KeyNotAccessible",
    reason,
    cause: "a half is missing",
    fixes: ["account 222222222222 must add it"],
  },
});

/** Consecutive runs with an event every minute. */
function journalOf(...runs: readonly (readonly RunEvent[])[]): readonly JournalRecord[] {
  let minute = 0;
  return runs.flatMap((events, number) =>
    [{ code: "RunStarted", topology: "acme", run: `run-${number}` } as const, ...events].map((event) => {
      minute += 1;
      return { at: new Date(START + minute * 60_000).toISOString(), run: `run-${number}`, event };
    }),
  );
}
const FINISHED: RunEvent = { code: "RunFinished", run: "run", done: 2, failed: 0 };
const ALL_PLANNED = [planned(TRANSIT, "ami-1"), planned(PROD, TRANSIT), planned(STAGING, TRANSIT)];

function reportOf(records: readonly JournalRecord[]): Report {
  const journey = lastJourney(records);
  return {
    topology: TOPOLOGY,
    cloud: "aws",
    madeAt: new Date(START),
    ...(journey === undefined ? {} : { journey }),
  };
}

describe("the last sequence of runs in a journal", () => {
  it("is undefined without a run", () => {
    expect(lastJourney([])).toBeUndefined();
  });

  it("starts after the last finished run before the newest run", () => {
    const records = journalOf([...ALL_PLANNED, FINISHED], [...ALL_PLANNED, started(PROD, "ami-9"), FINISHED]);
    const journey = lastJourney(records);
    expect(journey?.runs).toEqual(["run-1"]);
    expect(journey?.state).toBe("finished");
  });

  it("includes the interrupted runs that the last one continued, and keeps the start of a copy", () => {
    const records = journalOf(
      [...ALL_PLANNED, started(PROD, "ami-9"), { code: "Interrupted" }],
      [...ALL_PLANNED, available(PROD, "ami-9"), verified(PROD, "ami-9"), FINISHED],
    );
    const journey = lastJourney(records);
    expect(journey?.runs).toEqual(["run-0", "run-1"]);
    const copy = journey?.copies.find(({ node }) => node === PROD);
    expect(copy).toMatchObject({ imageId: "ami-9", startedAt: records[4]?.at });
  });

  it("contains no failure that a later run has resolved", () => {
    const records = journalOf(
      [...ALL_PLANNED, failed(PROD, "denied"), failed(STAGING, "denied"), { code: "Interrupted" }],
      [verified(PROD, "ami-9")],
    );
    const journey = lastJourney(records);
    expect(journey?.failures.map(({ task }) => task)).toEqual([STAGING]);
    expect(journey?.state).toBe("unfinished");
  });
});

describe("a report whose last run was restricted to some copy jobs", () => {
  const restricted = (...only: string[]): RunEvent => ({
    code: "RunStarted",
    topology: "acme",
    run: "part",
    only,
  });
  const part = (events: readonly RunEvent[]) =>
    reportOf([
      ...journalOf([...ALL_PLANNED, FINISHED]),
      ...events.map((event) => ({ at: new Date(START + 3_600_000).toISOString(), run: "part", event })),
    ]);

  it("reports what was selected, and what is therefore not covered", () => {
    const report = part([restricted("prod"), planned(PROD, "ami-1"), FINISHED]);
    const text =
      "The last run was restricted to prod; it does not cover 1 copy job: web -> staging eu-west-1.";
    expect(partText(report)).toBe(text);
    expect(reportPage(report)).toContain(html`${text}`.text);
    expect(leftOutOf(report)).toEqual(["web -> staging eu-west-1"]);
  });

  it("reports that nothing is covered if it ended before its first copy", () => {
    expect(partText(part([restricted("prod")]))).toContain("does not cover 2 copy jobs");
  });

  it("reports if everything was selected", () => {
    const report = part([restricted("web"), planned(PROD, "ami-1"), planned(STAGING, "ami-1"), FINISHED]);
    expect(partText(report)).toBe(
      "The last run was restricted to web, which is every copy job of the topology.",
    );
  });

  it("does not mention a restriction after a full run", () => {
    const events = [restricted("prod"), planned(PROD, "ami-1"), FINISHED];
    const again = journalOf([...ALL_PLANNED, FINISHED], [...ALL_PLANNED, FINISHED]);
    const report = reportOf([
      ...events.map((event) => ({ at: new Date(START).toISOString(), run: "part", event })),
      ...again,
    ]);
    expect(partText(report)).toBeUndefined();
    expect(reportPage(report)).not.toContain("restricted");
  });
});

describe("the copies of a report", () => {
  const verdicts = (report: Report) =>
    Object.fromEntries(shownCopies(report).map(({ node, verdict }) => [node, verdict]));

  it("are all copies of the topology, even without a run", () => {
    expect(verdicts(reportOf([]))).toEqual({ [PROD]: "pending", [STAGING]: "pending" });
  });

  it("show from the journal what is proved, what failed and what is in progress", () => {
    const records = journalOf([
      ...ALL_PLANNED,
      started(TRANSIT, "ami-5"),
      available(TRANSIT, "ami-5"),
      started(PROD, "ami-9"),
      failed(STAGING, "Given key ID is not accessible"),
    ]);
    expect(verdicts(reportOf(records))).toEqual({
      [TRANSIT]: "standing",
      [PROD]: "moving",
      [STAGING]: "failed",
    });
  });

  it("prefer AWS's state to the journal", () => {
    const report = reportOf(journalOf([...ALL_PLANNED, verified(PROD, "ami-9"), FINISHED]));
    const wrong = ["the parameter /images/web shows nothing instead of ami-9"];
    const job = { job: "web -> prod eu-central-1", account: "222222222222", region: "eu-central-1" };
    const seen = {
      plan: { rules: [], refusals: [], unproved: [] },
      verification: {
        jobs: [{ ...job, imageId: "ami-9", snapshots: 3, sizeGiB: 32, wrong }],
        leftovers: [],
        groups: [],
      },
    };
    const shown = shownCopies({ ...report, seen } as unknown as Report);
    expect(shown.find(({ node }) => node === PROD)).toMatchObject({ verdict: "wrong", wrong });
  });
});

describe("the page", () => {
  it("escapes all values", () => {
    const page = reportPage(
      reportOf(journalOf([...ALL_PLANNED, failed(PROD, `<script>alert("x")</script> & 'y'`)])),
    );
    expect(page).not.toContain("<script");
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;");
    expect(html`<i title="${`"><b>`}"></i>`.text).toBe(`<i title="&quot;&gt;&lt;b&gt;"></i>`);
  });

  it("is self-contained: no script, no address", () => {
    const page = reportPage(reportOf(journalOf(ALL_PLANNED)));
    expect(page).not.toMatch(/<script|<link|@import|src=|https?:\/\//);
  });

  it("shows the source of the states", () => {
    expect(reportPage(reportOf([]))).toContain("no run has been started from this directory");
    expect(reportPage(reportOf(journalOf(ALL_PLANNED)))).toContain("without calls to AWS");
  });
});

describe("the picture", () => {
  const regions = ["eu-west-1", "eu-central-1", "us-east-1"];
  const hub = (region: string): NodeId => `web/transit/builder/${region}`;
  const wide = resolveTopology({
    name: "acme",
    accounts: {
      builder: { id: "111111111111" },
      prod: { id: "222222222222" },
      staging: { id: "333333333333" },
      edge: { id: "444444444444" },
    },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", imageId: "ami-0123456789abcdef0" },
        to: ["prod", "staging", "edge"].map((account) => ({ account, regions })),
      },
    },
  });
  const events = [
    planned(hub("eu-west-1"), "ami-0123456789abcdef0"),
    ...regions.slice(1).map((region) => planned(hub(region), hub("eu-west-1"))),
    ...["prod", "staging", "edge"].flatMap((account) =>
      regions.map((region) => planned(`web/final/${account}/${region}`, hub(region))),
    ),
  ];
  const picture = pictureOf(wide, shownCopies({ ...reportOf(journalOf(events)), topology: wide }));

  it("shows a shared transfer as a box between the source and the destinations", () => {
    const hubs = picture.boxes.filter((box) => box.layer === 1);
    expect(hubs.map((box) => box.subtitle)).toEqual([
      "111111111111  eu-central-1",
      "111111111111  us-east-1",
    ]);
    expect(picture.flows.filter(({ from }) => from === hubs[0]?.id)).toHaveLength(3);
  });

  it.each([
    ["side by side", wideLayout(picture)],
    ["one below the other", narrowLayout(picture)],
  ])("%s, no box overlaps another or exceeds the drawing, and every flow is drawn", (_, layout) => {
    expect(layout.boxes).toHaveLength(picture.boxes.length);
    expect(layout.flows).toHaveLength(picture.flows.length);
    for (const [index, box] of layout.boxes.entries()) {
      expect(box.x + box.width).toBeLessThanOrEqual(layout.width);
      expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
      for (const other of layout.boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
    }
  });
});

describe("the picture of an image that is shared", () => {
  const regions = ["eu-west-1", "eu-central-1"];
  const topology = resolveTopology({
    name: "acme",
    accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", imageId: "ami-0123456789abcdef0" },
        to: [{ account: "prod", regions, route: "share" }],
        publishTo: "/images/web",
      },
    },
  });
  const copy = (region: string): NodeId => `web/final/builder/${region}`;
  const events = regions.map((region) => planned(copy(region), "ami-0123456789abcdef0"));
  const copies = shownCopies({ ...reportOf(journalOf(events)), topology });
  const picture = pictureOf(topology, copies);
  const lines = (id: string) => picture.boxes.find((box) => box.id === id)?.lines.map(({ text }) => text);

  it("shows the shared copy in its place: in the source's box, or in its own box", () => {
    expect(picture.flows.map(({ from, to }) => [from, to])).toEqual([
      ["0 111111111111 eu-west-1", "1 111111111111 eu-central-1"],
      ["0 111111111111 eu-west-1", "2 222222222222 eu-west-1"],
      ["1 111111111111 eu-central-1", "2 222222222222 eu-central-1"],
    ]);
    for (const id of ["0 111111111111 eu-west-1", "1 111111111111 eu-central-1"])
      expect(lines(id)).toEqual(
        expect.arrayContaining(["alias/keyferry/acme/shared-images/1", "web (shared): not copied yet"]),
      );
  });

  it("distinguishes shares from copies, and counts only copies", () => {
    expect(copies.filter(({ isShare }) => isShare === true).map(({ node }) => node)).toEqual(
      regions.map((region) => `web/share/prod/${region}`),
    );
  });
});

function overlap(a: PlacedBox, b: PlacedBox): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
