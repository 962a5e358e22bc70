import { keyDetailsText } from "../../../scripts/report/key-details-text";
import type { KeyDetails } from "../../../scripts/engine/results";

const KEY: KeyDetails = {
  topology: "named",
  name: "platform/eu-central-1/data@2",
  account: "111111111111",
  accountName: "platform",
  region: "eu-central-1",
  purpose: "data@2",
  alias: "alias/keyferry/named/data/2",
  state: "active",
  found: {
    arn: "arn:aws:kms:eu-central-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    state: "Enabled",
    isGuarded: true,
  },
  generation: 2,
  isCurrent: true,
  primaryRegion: "eu-west-1",
  sharedWith: {
    accounts: ["222222222222"],
    roles: [],
    organizationalUnits: [],
    viaServices: ["ec2", "rds"],
  },
  launchGrants: [
    { account: "222222222222", awsServiceName: "autoscaling.amazonaws.com", customSuffix: "batch" },
  ],
  under: [{ kind: "grants", users: ["grant abc of arn:aws:iam::222222222222:role/x (Decrypt)"] }],
  rotation: {
    enabled: true,
    periodInDays: 180,
    next: "2026-07-01T00:00:00.000Z",
    materials: [
      { id: "aaaa", state: "NON_CURRENT" },
      { id: "bbbb", state: "CURRENT", rotatedAt: "2026-01-02T00:00:00.000Z", type: "ON_DEMAND" },
    ],
  },
  unseen: [],
};

test("everything that is known of a key has its line, and each of its materials", () => {
  expect(keyDetailsText(KEY)).toBe(
    [
      "platform/eu-central-1/data@2",
      "  state         active, Enabled in KMS",
      "  key           arn:aws:kms:eu-central-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab",
      "  alias         alias/keyferry/named/data/2",
      "  generation    2, to which the alias points",
      "  multi-Region  a replica of the primary key in eu-west-1",
      "  key material  made by KMS",
      "  rotation      every 180 days, next 2026-07-01T00:00:00.000Z",
      "  shared with   222222222222; through ec2, rds",
      "  launch grants autoscaling.amazonaws.com (batch) of 222222222222",
      "  under it      1 grant",
      "  grant abc of arn:aws:iam::222222222222:role/x (Decrypt)",
      "",
      "KEY MATERIAL  STATE        ROTATED                   HOW        EXPIRES",
      "aaaa          NON_CURRENT  -                         -          -",
      "bbbb          CURRENT      2026-01-02T00:00:00.000Z  on demand  -",
    ].join("\n"),
  );
});

test("imported material says when it expires, and what is not in KMS any more", () => {
  const text = keyDetailsText({
    ...KEY,
    imported: true,
    rotation: {
      enabled: false,
      materials: [
        { id: "aaaa", state: "CURRENT", imported: false },
        { id: "bbbb", state: "PENDING_ROTATION", imported: true, validTo: "2026-12-01T00:00:00.000Z" },
      ],
    },
  });
  expect(text).toContain("imported: KMS does not make or rotate it");
  expect(text).toContain("rotation      on demand only");
  expect(text).toContain("CURRENT, not in KMS: import it again");
  expect(text).toContain("2026-12-01T00:00:00.000Z");
});

test("a key for copies that is not there yet has no lines for what it is not", () => {
  const text = keyDetailsText({
    ...{ topology: "acme", name: "prod/eu-west-1/home", account: "222222222222", accountName: "prod" },
    ...{ region: "eu-west-1", purpose: "home", alias: "alias/keyferry/acme/home", state: "active" },
    ...{ launchGrants: [], under: [], unseen: ["AccessDenied"] },
  });
  expect(text).toBe(
    [
      "prod/eu-west-1/home",
      "  state         active, not there in KMS",
      "  alias         alias/keyferry/acme/home",
      "  key material  made by KMS",
      "  under it      not known",
      "could not be read: AccessDenied",
    ].join("\n"),
  );
});
