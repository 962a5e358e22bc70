import type { PolicyDocument, PolicyStatement } from "../../../policy";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { examine } from "../../../scripts/commands/examine";
import type { ImageTopology } from "../../_helpers/topologies";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const TRANSIT = "alias/shared-with-all";

const OWN: ImageTopology = {
  ...TWO_ACCOUNTS,
  accounts: {
    ...TWO_ACCOUNTS.accounts,
    builder: { id: "111111111111", ownKeys: { transit: TRANSIT } },
    prod: { id: "222222222222", ownKeys: { home: { "eu-central-1": "alias/prod-data" } } },
  },
};

async function ownKeyFindings(stage: Stage) {
  const { findings, ok } = await examine(
    { topology: stage.topology, aws: stage.cloud.access() },
    stage.foundation(),
    AWS_SETTINGS,
  );
  return {
    ok,
    own: findings.filter(({ check }) => check === "own-keys"),
    others: findings.filter(({ check, state }) => check !== "own-keys" && state !== "passed"),
  };
}

function transitKey(stage: Stage) {
  const key = stage.cloud.keys.get(stage.keyArn(stage.source, TRANSIT));
  if (key === undefined) throw new TypeError("no transit key");
  return key;
}

/** The statements that a fix contains as JSON. */
function statementsIn(fix = ""): readonly PolicyStatement[] {
  return JSON.parse(fix.slice(fix.indexOf("["))) as readonly PolicyStatement[];
}

test("existing keys whose policies allow what copies need pass, without other findings", async () => {
  const { ok, own, others } = await ownKeyFindings(new Stage(OWN));
  expect(others).toEqual([]);
  expect(ok).toBe(true);
  expect(own.map(({ subject, state }) => [subject, state])).toEqual([
    ["home key in 222222222222 eu-central-1", "passed"],
    ["transit key in 111111111111 eu-west-1", "passed"],
  ]);
});

test("missing permissions are shown as statements, and with them the key passes", async () => {
  const stage = new Stage(OWN);
  const key = transitKey(stage);
  const Statement = key.policy.Statement.filter(({ Sid }) => Sid === "Account");
  key.policy = { ...key.policy, Statement };
  const before = await ownKeyFindings(stage);
  expect(before.ok).toBe(false);
  expect(before.others.filter(({ check }) => check === "permissions")).toEqual([]);
  const [finding] = before.own.filter(({ state }) => state === "failed");
  expect(finding).toMatchObject({ account: "111111111111" });
  expect(finding?.what).toBe(
    "the policy of the key alias/shared-with-all of account 111111111111 in eu-west-1 lacks CopiersDescribe, CopiersGrantToEbs, CopiersUseThroughEc2",
  );
  key.policy = { ...key.policy, Statement: [...Statement, ...statementsIn(finding?.fix)] };
  const after = await ownKeyFindings(stage);
  expect([after.ok, after.others]).toEqual([true, []]);
});

test("a policy that allows more than needed is reported and does not fail", async () => {
  const stage = new Stage(OWN);
  const key = transitKey(stage);
  const open: PolicyStatement = {
    Sid: "Everybody",
    Effect: "Allow",
    Principal: { AWS: ["arn:aws:iam::333333333333:root"] },
    Action: ["kms:*"],
    Resource: ["*"],
  };
  key.policy = { ...key.policy, Statement: [...key.policy.Statement, open] } satisfies PolicyDocument;
  const { ok, own } = await ownKeyFindings(stage);
  expect(ok).toBe(true);
  expect(own.flatMap(({ advice }) => advice ?? [])).toEqual([
    "it allows more than copies need, by Everybody; check whether anyone else needs that",
  ]);
});

test("an account's own key that does not exist must be created by that account, not by deploying the foundation", async () => {
  const stage = new Stage(OWN);
  stage.cloud.aliases.delete("222222222222/eu-central-1 alias/prod-data");
  const { others } = await ownKeyFindings(stage);
  const [missing] = others.filter(({ check }) => check === "destination-keys");
  expect(missing?.fix).toMatch(
    /^correct accounts\.prod\.ownKeys\.home, or have account 222222222222 create the key/,
  );
});

test("the policy of another account's key cannot be read, so the required statements are shown", async () => {
  const { web } = TWO_ACCOUNTS.images;
  if (web === undefined) throw new TypeError("no rule");
  const others = "arn:aws:kms:eu-west-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  const stage = new Stage({
    ...TWO_ACCOUNTS,
    images: { web: { ...web, from: { ...web.from, keys: ["alias/app-data", others] } } },
  });
  const { ok, own } = await ownKeyFindings(stage);
  expect(ok).toBe(true);
  expect(own.map(({ subject, state, account }) => [subject, state, account])).toEqual([
    ["source key in 999999999999 eu-west-1", "unknown", "999999999999"],
  ]);
  expect(statementsIn(own[0]?.fix).map(({ Sid }) => Sid)).toEqual([
    "CopiersDescribe",
    "CopiersGrantToEbs",
    "CopiersUseThroughEc2",
  ]);
});
