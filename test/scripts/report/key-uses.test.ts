import type { Audit, KeyUse } from "../../../scripts/engine/results";
import { auditText } from "../../../scripts/report/audit-text";
import { keyUses } from "../../../scripts/report/page/key-uses";

const RUNNER = "arn:aws:sts::222222222222:assumed-role/keyferry-acme-runner/keyferry-1";

function use(more: Partial<KeyUse> = {}): KeyUse {
  return {
    ...{ at: "2026-11-29T12:00:00Z", operation: "CreateGrant", key: "prod/eu-central-1/home", keyArn: "arn" },
    by: { type: "AssumedRole", account: "222222222222", arn: RUNNER, through: "AWS Internal" },
    encryptionContext: { "aws:ebs:id": "snap-1" },
    ...{ seenIn: ["222222222222"], eventIds: ["e-1"] },
    ...more,
  };
}

const mallory = { type: "IAMUser", account: "333333333333", arn: "arn:aws:iam::333333333333:user/<mallory>" };
const AUDIT: Audit = {
  ...{ topology: "acme", from: "2026-11-22T12:00:00.000Z", launches: [], unseen: ["no way in"], ok: false },
  copies: [
    { copies: ["web/final/prod/eu-central-1"], uses: [use(), use({ at: "2026-11-29T12:00:05Z" })] },
    { copies: ["web/final/staging/eu-west-1"], uses: [] },
  ],
  foreign: [use({ by: mallory, operation: "Decrypt", refusal: { code: "AccessDenied", message: "no" } })],
};

test("uses that differ only in their time share a row; uses that belong to no copy have one row each, with their events", () => {
  const lines = auditText(AUDIT).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "uses of the keys of acme's copies, from 2026-11-22 12:00:00 UTC on",
      "web -> prod eu-central-1",
      "2026-11-29 12:00:00  12:00:05  2     CreateGrant  prod/eu-central-1/home  keyferry-acme-runner/keyferry-1 of 222222222222  allowed  222222222222",
      "web -> staging eu-west-1: no key was used in this period",
      "1 use NOT BELONGING TO ANY COPY OR LAUNCH",
      "  no way in",
    ]),
  );
  expect(lines.find((line) => line.includes("Decrypt"))).toMatch(
    /user\/<mallory> of 333333333333, directly +REFUSED: AccessDenied +222222222222 +aws:ebs:id=snap-1 +e-1$/,
  );
});

test("an audit reports that every use belongs to a copy or a launch", () => {
  expect(auditText({ ...AUDIT, foreign: [], ok: true })).toContain("every use belongs to a copy or a launch");
});

test("the page shows the same, with escaped names", () => {
  const { text } = keyUses(AUDIT);
  expect(text).toContain("user/&lt;mallory&gt; of 333333333333, directly");
  expect(text).toContain('<span class="chip failed">AccessDenied</span>');
  expect(text).toContain("2 times, last 2026-11-29 12:00:05");
  expect(text).toContain("Not checked: no way in");
  expect(text).not.toContain("staging");
});
