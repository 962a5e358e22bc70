import { DATABASE_ROUTES, type DatabaseRouteFacts } from "../../../kinds/db-snapshot/declare/routes";
import { chooseRoute } from "../../../kinds/shared/declare/routes";

const FACTS: DatabaseRouteFacts = {
  from: {
    account: "data",
    accountId: "111111111111",
    region: "eu-west-1",
    partition: "aws",
    shareKeys: true,
  },
  to: { account: "prod", accountId: "222222222222", region: "eu-central-1", partition: "aws" },
  snapshot: { id: "orders-1", of: "instance", engine: "postgres", encrypted: true, dataGiB: 20 },
};
const AURORA = { id: "ledger-1", of: "cluster", engine: "aurora-postgresql", dataGiB: 20 } as const;
const MANAGED = "orders-1 is under an AWS managed key, which cannot be shared";
const AUTOMATED = "orders-1 is an automated snapshot, which cannot be shared";

test.each([
  ["under the transit key", {}, "one-step", /one API call/],
  ["of an encrypted cluster", { snapshot: { ...AURORA, encrypted: true } }, "one-step", /one API call/],
  [
    "under aws/rds",
    { throughTransit: MANAGED },
    "two-steps",
    /one-step is closed, because orders-1 is under/,
  ],
  ["that is automated", { throughTransit: AUTOMATED }, "two-steps", /automated/],
  [
    "of an account that may not share keys",
    { from: { ...FACTS.from, shareKeys: false } },
    undefined,
    /shares its keys with no other/,
  ],
  [
    "of an unencrypted cluster",
    { snapshot: { ...AURORA, encrypted: false } },
    undefined,
    /ledger-1 is an unencrypted snapshot of a DB cluster/,
  ],
  [
    "under a key that AWS owns",
    { snapshot: { ...AURORA, encrypted: true, encryptionType: "sse-rds" } },
    undefined,
    /sse-rds/,
  ],
  ["of RDS Custom", { snapshot: { ...FACTS.snapshot, engine: "custom-oracle-ee" } }, undefined, /RDS Custom/],
] as const)("the route of a snapshot %s (case %#)", (_name, facts, route, because) => {
  const choice = chooseRoute(DATABASE_ROUTES, { ...FACTS, ...facts });
  expect("route" in choice ? choice.route : undefined).toBe(route);
  const reasons = "because" in choice ? [choice.because] : choice.refused.map((one) => one.because);
  expect(reasons.join("\n")).toMatch(because);
});
