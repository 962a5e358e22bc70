import { copyIdentifier, proofOf } from "../../../kinds/db-snapshot/carry/lineage-proof";
import type { DbSnapshotView } from "../../../scripts/aws";

const PARENT = "arn:aws:rds:eu-west-1:111111111111:snapshot:orders-1";
const TAGS = {
  "keyferry:topology": "books",
  "keyferry:node": "orders/final/prod/eu-central-1",
  "keyferry:source-db-snapshot": PARENT,
  "keyferry:parent-db-snapshot": PARENT,
  "keyferry:attempt": "1",
  "keyferry:run": "run-1",
};

function copy(more: Partial<DbSnapshotView> = {}): DbSnapshotView {
  const id = copyIdentifier(TAGS);
  return {
    arn: `arn:aws:rds:eu-central-1:222222222222:snapshot:${id}`,
    of: "instance",
    id,
    type: "manual",
    database: "orders",
    engine: "postgres",
    state: "available",
    progressPercent: 100,
    createdAt: "2026-11-29T00:00:00.000Z",
    encrypted: true,
    sizeGiB: 20,
    copiedFrom: PARENT,
    tags: TAGS,
    ...more,
  };
}

test("the same attempt has the same identifier, and every other attempt has a different one", () => {
  expect(copyIdentifier({ ...TAGS, team: "data" })).toBe(copyIdentifier(TAGS));
  const others = Object.keys(TAGS).map((key) => copyIdentifier({ ...TAGS, [key]: "2" }));
  expect(new Set([copyIdentifier(TAGS), ...others]).size).toBe(others.length + 1);
});

test.each(["a", "a--b-", "abcdefghijklmnopqrstuvwx"])(
  "RDS accepts the identifiers of the topology %s",
  (name) => {
    const identifier = copyIdentifier({ ...TAGS, "keyferry:topology": name });
    expect(identifier).toMatch(/^[a-z](-?[a-z0-9])*$/);
    expect(identifier.length).toBeLessThanOrEqual(63);
  },
);

test("a run's copy is proved, even if RDS does not show its source", () => {
  expect(proofOf(copy())).toBe("ours");
  const shown = Object.entries(copy()).filter(([name]) => name !== "copiedFrom");
  expect(proofOf(Object.fromEntries(shown) as unknown as DbSnapshotView)).toBe("ours");
});

test.each<[string, Partial<DbSnapshotView>]>([
  ["another identifier", { id: "mine" }],
  ["another Region", { arn: copy().arn.replace("eu-central-1", "eu-west-1") }],
  ["another source", { copiedFrom: PARENT.replace("orders-1", "orders-2") }],
  ["another attempt in its tags", { tags: { ...TAGS, "keyferry:attempt": "2" } }],
  ["no tags", { tags: {} }],
])("with %s it is not proved", (_what, more) => {
  expect(proofOf(copy(more))).toBe("others");
});
