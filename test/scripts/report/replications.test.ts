import type { Report, ReplicationStatus } from "../../../scripts/engine/results";
import { reportPage } from "../../../scripts/report/page";
import { bucketPictureOf } from "../../../scripts/report/page/picture/bucket-boxes";
import { shownReplications } from "../../../scripts/report/page/shown-replications";
import { buckets } from "../../_helpers/topologies";

/** Buckets on the report's page. */

const TOPOLOGY = buckets();
const COUNTS = { objects: 3, replicated: 3, pending: 0, failed: 0, never: 0, gone: 0, hidden: 0 };
const bucket = { bucket: "b", account: "111111111111", region: "us-east-2" };
const status = (ruleId: string, more: Partial<ReplicationStatus> = {}): ReplicationStatus => ({
  ...{ rule: "documents", ruleId, source: bucket, destination: bucket },
  ...{ obstacles: [], counts: COUNTS, failures: [], unknown: [] },
  ...more,
});

const reportOf = (replication?: NonNullable<Report["seen"]>["replication"]): Report => ({
  topology: TOPOLOGY,
  cloud: "aws",
  madeAt: new Date("2026-01-01T00:00:00Z"),
  ...(replication === undefined ? {} : { seen: { replication } as unknown as NonNullable<Report["seen"]> }),
});

test("every rule has, for every destination, a state, counts, and its problems", () => {
  const fix = "account 333333333333 must allow s3:ReplicateObject";
  const shown = shownReplications(
    reportOf({
      statuses: [
        status("documents.acme-documents-222222222222-eu-central-1"),
        status("documents.acme-copies", {
          obstacles: [{ what: "a half is missing", fix, account: "333333333333" }],
          counts: { ...COUNTS, replicated: 2, failed: 1 },
        }),
        status("back.acme-documents", { counts: { ...COUNTS, replicated: 1, never: 2 } }),
      ],
    }),
  );
  expect(shown.map(({ destination, verdict }) => [destination.bucket, verdict])).toEqual([
    ["acme-documents-222222222222-eu-central-1", "proved"],
    ["acme-documents-222222222222-us-east-2", "pending"],
    ["acme-copies", "failed"],
    ["acme-documents", "pending"],
    ["acme-audit", "pending"],
    ["acme-logs-111111111111-eu-central-1", "pending"],
  ]);
  expect(shown[2]?.wrong).toEqual([`a half is missing; ${fix}`]);
});

test("the picture has a box for each place with its keys and buckets, and the worst state of its replication", () => {
  const shown = shownReplications(reportOf());
  const { boxes, flows } = bucketPictureOf(TOPOLOGY, shown);
  const source = boxes.find(({ id }) => id === "0 111111111111 us-east-2");
  expect(source?.lines).toEqual([
    { kind: "key", text: "alias/keyferry/files/buckets" },
    { kind: "key", text: "alias/logs" },
    { kind: "image", text: "acme-documents", verdict: "pending" },
    { kind: "image", text: "acme-logs", verdict: "pending" },
  ]);
  expect(flows).toContainEqual({
    from: "0 111111111111 us-east-2",
    to: "2 333333333333 eu-central-1",
    rules: ["documents", "archive"],
    verdict: "pending",
  });
});

test("the page of a topology with only buckets shows no path of images, and shows if AWS was not read", () => {
  const page = reportPage(reportOf());
  expect(page).toContain("The path of the objects");
  expect(page).toContain("As declared, without calls to AWS.");
  expect(page).not.toContain("The path of the images");
  expect(page).toContain("not read");
});
