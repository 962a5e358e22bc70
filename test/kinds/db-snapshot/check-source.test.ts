import { checkSource } from "../../../kinds/db-snapshot/carry/check-source";
import { toCopy } from "../../../kinds/db-snapshot/carry/database-copy";
import type { DbSnapshotView } from "../../../scripts/aws";
import type { ReadContext } from "../../../scripts/engine/context";
import { databases } from "../../_helpers/topologies";

const [rule] = databases().rules;
const context = {} as ReadContext;

function snapshot(more: Partial<DbSnapshotView> = {}): DbSnapshotView {
  return {
    arn: "arn:aws:rds:eu-west-1:111111111111:snapshot:orders-1",
    of: "instance",
    id: "orders-1",
    type: "manual",
    database: "orders",
    engine: "postgres",
    state: "available",
    progressPercent: 100,
    createdAt: "2026-11-29T00:00:00.000Z",
    encrypted: true,
    sizeGiB: 20,
    tags: {},
    ...more,
  };
}

async function finding(more?: Partial<DbSnapshotView>) {
  if (rule === undefined) throw new TypeError("no rule");
  const [found] = await checkSource(context, rule, toCopy(snapshot(more)));
  return found;
}

test("a snapshot of an instance can be copied, encrypted or not", async () => {
  expect(await finding()).toMatchObject({ state: "passed" });
  expect(await finding({ encrypted: false })).toMatchObject({ state: "passed" });
});

test("an option group that is not copied is reported", async () => {
  expect((await finding({ optionGroup: "audit" }))?.advice).toContain("audit is not copied");
  expect((await finding({ optionGroup: "default:mysql-8-0" }))?.advice).toBeUndefined();
});

test.each<[string, Partial<DbSnapshotView>, string]>([
  ["that is not available", { state: "creating" }, "is creating"],
  ["of RDS Custom", { engine: "custom-oracle-ee" }, "RDS Custom"],
  ["of an unencrypted cluster", { of: "cluster", encrypted: false }, "unencrypted"],
  ["under a key that AWS owns", { of: "cluster", encrypted: false, encryptionType: "sse-rds" }, "sse-rds"],
  ["with an ARN that is too long", { arn: `${snapshot().arn}${"x".repeat(200)}` }, "too long"],
])("a snapshot %s is refused, and the error says what its account must do", async (_what, more, words) => {
  const found = await finding(more);
  expect(found).toMatchObject({ state: "failed", account: "111111111111" });
  expect(found?.what).toContain(words);
  expect(found?.fix).toMatch(/^account 111111111111 must /);
});

test("if there is no snapshot, the error names the section to correct", async () => {
  if (rule === undefined) throw new TypeError("no rule");
  const [found] = await checkSource(context, rule, undefined);
  expect(found).toMatchObject({ state: "failed", fix: "correct databases.orders.from" });
});
