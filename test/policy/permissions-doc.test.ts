import { readFileSync } from "node:fs";
import path from "node:path";
import {
  BUCKET_ROWS,
  DEPLOY_ROWS,
  EVENT_DESTINATION_ROWS,
  EVENT_KEY_ROWS,
  KEY_ROLE_ROWS,
  KEY_ROWS,
  LAUNCH_GRANT_ISSUER_ROWS,
  LAUNCH_GRANT_KEY_ROWS,
  REPLICA_KEY_ROWS,
  REPLICATION_ROWS,
  REPLICATION_TRUST_ROWS,
  ROLE_ROWS,
  RULE_TARGET_KEY_ROWS,
  RULE_TARGET_ROWS,
  RUNNER_TRUST_ROWS,
  TRAIL_BUCKET_ROWS,
  TRAIL_KEY_ROWS,
  TRAIL_LOGS_ROWS,
  TRAIL_LOGS_TRUST_ROWS,
} from "../../policy";
import { RUNNER_ROWS } from "../../topology";
import { deployRoleDoc } from "../../policy/deploy-role-doc";
import { permissionsDoc } from "../../topology/permissions-doc";

const FILE = path.resolve(__dirname, "../../docs/permissions.md");

test("docs/permissions.md is what `npm run docs` writes", () => {
  expect(readFileSync(FILE, "utf8")).toBe(permissionsDoc());
});

test("docs/deploy-role.md is what `npm run docs` writes", () => {
  const file = path.resolve(__dirname, "../../docs/deploy-role.md");
  expect(readFileSync(file, "utf8")).toBe(deployRoleDoc());
});

test("docs/permissions.md contains every row with its statement, reason and source", () => {
  const text = permissionsDoc();
  const rows = [
    ...KEY_ROWS,
    ...RUNNER_ROWS,
    ...RUNNER_TRUST_ROWS,
    ...DEPLOY_ROWS,
    ...BUCKET_ROWS,
    ...REPLICATION_ROWS,
    ...REPLICATION_TRUST_ROWS,
    ...REPLICA_KEY_ROWS,
    ...EVENT_DESTINATION_ROWS,
    ...EVENT_KEY_ROWS,
    ...LAUNCH_GRANT_KEY_ROWS,
    ...LAUNCH_GRANT_ISSUER_ROWS,
    ...ROLE_ROWS,
    ...KEY_ROLE_ROWS,
    ...TRAIL_BUCKET_ROWS,
    ...TRAIL_KEY_ROWS,
    ...TRAIL_LOGS_ROWS,
    ...TRAIL_LOGS_TRUST_ROWS,
    ...RULE_TARGET_ROWS,
    ...RULE_TARGET_KEY_ROWS,
  ];
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  for (const row of rows) {
    // Two kinds of buckets have statements with the same name, each with its own reason.
    const sections = text.split(`### ${row.id}\n`).map((rest) => rest.split("\n### ")[0] ?? "");
    const section = sections.slice(1).find((one) => one.includes(row.why.slice(1))) ?? "";
    expect(section).toContain(`"Sid": "${row.id}"`);
    expect(section).toContain(row.why.slice(1));
    expect(section).toContain(row.source);
    expect(section).toContain(`_${row.basis}_`);
    expect(section).toMatch(/^In: \S/m);
    expect(section).not.toContain("undefined");
  }
});
