import type { DeployerAccess } from "../../../../scripts/aws";
import { campaignsOf } from "../../../../scripts/commands/keys/rekey/campaign";
import type { RekeyReport } from "../../../../scripts/engine/results";
import { rekeyText } from "../../../../scripts/report/rekey-text";
import { PAIR } from "../../../_helpers/topologies";
import { EMPTY_LOCK, mergeLock, namedKeyAlias, resolveTopology, type Topology } from "../../../../topology";

const topologyOf = (generation: number): Topology =>
  resolveTopology({
    name: "acme",
    accounts: { builder: { id: "111111111111" } },
    keys: { "app-data": { account: "builder", regions: ["eu-west-1", "eu-central-1"], generation } },
  });

/** Foundation of a generation, after all earlier ones; AWS has the keys of `states`, by alias, and the alias points to `pointsTo`. */
function foundationOf(
  generation: number,
  pointsTo = generation,
  states: Readonly<Record<number, string>> = {},
) {
  const arnOf = (number: number | string) => `arn:aws:kms:eu-west-1:111111111111:key/${number}`;
  const before = generation === 1 ? EMPTY_LOCK : mergeLock(topologyOf(generation - 1), EMPTY_LOCK).lock;
  const keyLife = () => ({
    describe: (alias: string) => {
      const number = Number(alias.split("/").at(-1));
      const state = states[number] ?? "Enabled";
      return Promise.resolve(state === "missing" ? undefined : { arn: arnOf(number), state });
    },
    aliases: () => Promise.resolve(new Map([[arnOf(pointsTo), [namedKeyAlias("acme", "app-data")]]])),
  });
  const deployer = { keyLife } as unknown as DeployerAccess;
  return { locked: mergeLock(topologyOf(generation), before), deployer };
}

const KEY = "builder/eu-west-1/app-data";

it("moves from every former generation to the declared one, in one Region or in all", async () => {
  const one = await campaignsOf(foundationOf(2), KEY);
  expect(
    one.campaigns.map(({ present, former }) => [present.number, former.map(({ number }) => number)]),
  ).toEqual([[2, [1]]]);
  const { campaigns } = await campaignsOf(foundationOf(2), "111111111111/app-data");
  expect(campaigns.map(({ place }) => place.region).sort()).toEqual(["eu-central-1", "eu-west-1"]);
});

it.each<[what: string, foundation: ReturnType<typeof foundationOf>, reason: RegExp, fix: RegExp]>([
  ["there is one generation", foundationOf(1), /no former generation/, /generation: 2/],
  [
    "the next one is not deployed",
    foundationOf(2, 1, { 2: "missing" }),
    /does not have it yet/,
    /foundation-\*/,
  ],
  ["the alias points to the former one", foundationOf(2, 1), /does not point to it yet/, /foundation-\*/],
  ["the current one is disabled", foundationOf(2, 2, { 2: "Disabled" }), /Disabled in KMS/, /enable/],
  [
    "the former one is disabled",
    foundationOf(2, 2, { 1: "Disabled" }),
    /nothing under it can be read/,
    /keys enable/,
  ],
])("is refused while %s, with the fix", async (_what, foundation, reason, fix) => {
  const { campaigns, refusals } = await campaignsOf(foundation, KEY);
  expect(campaigns).toEqual([]);
  expect(refusals[0]?.what).toMatch(reason);
  expect(refusals[0]?.fix).toMatch(fix);
});

it.each(["builder/eu-west-1/home", "builder/us-east-1/app-data", "app-data", "prod/app-data"])(
  "rejects an unknown key %s, and lists the existing ones",
  async (named) => {
    await expect(campaignsOf(foundationOf(2), named)).rejects.toMatchObject({
      problems: [expect.objectContaining({ allowed: expect.stringContaining(KEY) as string })],
    });
  },
);

/** A topology whose account has a home key of a generation, after all earlier ones. */
function homeOf(generation: number) {
  const topologyAt = (home: number): Topology =>
    resolveTopology({
      ...PAIR,
      accounts: {
        ...PAIR.accounts,
        prod: { id: "222222222222", ...(home === 1 ? {} : { keyGenerations: { home } }) },
      },
    });
  let { lock } = mergeLock(topologyAt(1), EMPTY_LOCK);
  for (let number = 2; number <= generation; number += 1) ({ lock } = mergeLock(topologyAt(number), lock));
  const arnOf = (number: number) => `arn:aws:kms:eu-west-1:222222222222:key/${number}`;
  const keyLife = () => ({
    describe: (alias: string) => {
      const number = Number(/(\d+)$/.exec(alias)?.[1] ?? generation);
      return Promise.resolve(number > generation ? undefined : { arn: arnOf(number), state: "Enabled" });
    },
    aliases: () => Promise.resolve(new Map([[arnOf(generation), ["alias/keyferry/acme/home"]]])),
  });
  return {
    locked: mergeLock(topologyAt(generation), lock),
    deployer: { keyLife } as unknown as DeployerAccess,
  };
}

it("moves from every former home key of a place to the declared one", async () => {
  const { campaigns, refusals } = await campaignsOf(homeOf(3), "prod/eu-west-1/home");
  expect(refusals).toEqual([]);
  expect(campaigns.map(({ present, former }) => [present.name, former.map(({ name }) => name)])).toEqual([
    ["prod/eu-west-1/home@3", ["prod/eu-west-1/home@1", "prod/eu-west-1/home@2"]],
  ]);
});

it("explains how a home key gets its next generation", async () => {
  const { refusals } = await campaignsOf(homeOf(1), "prod/home");
  expect(refusals).toMatchObject([
    {
      subject: "prod/eu-west-1/home",
      what: expect.stringContaining("no former generation") as string,
      fix: expect.stringContaining("keyGenerations: { home: 2 } under accounts.prod") as string,
    },
  ]);
});

const REPORT: RekeyReport = {
  topology: "acme",
  to: [{ name: `${KEY}@2`, arn: "arn:2" }],
  from: [{ name: `${KEY}@1`, arn: "arn:1" }],
  dryRun: true,
  things: [
    {
      kind: "image",
      id: "ami-1",
      name: "web",
      account: "111111111111",
      region: "eu-west-1",
      bytes: 2 ** 33,
      state: "to-copy",
    },
  ],
  toCopy: { images: 1, snapshots: 0, bytes: 2 ** 33 },
  replaced: { images: 0, snapshots: 0, bytes: 0 },
  done: [],
  owners: [
    {
      account: "111111111111",
      region: "eu-west-1",
      type: "volume",
      id: "vol-1",
      what: "volume vol-1",
      sizeGiB: 30,
      how: "put another in its place",
      commands: ["aws ec2 create-snapshot --volume-id vol-1 --region eu-west-1"],
    },
  ],
  unseen: [
    { account: "222222222222", region: "eu-west-1", kind: "rds", reason: "not authorized", fix: "allow it" },
  ],
  failures: [],
  refusals: [],
};

it("is reported with counts and sizes, the owners' commands, what was not checked, and what cannot be checked", () => {
  const text = rekeyText(REPORT);
  for (const part of [
    "to be copied: 1 image, 0 snapshots, 8.0 GiB",
    "111111111111: volume vol-1 (30 GiB): put another in its place",
    "    aws ec2 create-snapshot --volume-id vol-1 --region eu-west-1",
    "not checked: rds in 222222222222 eu-west-1: not authorized",
    "never checked: existing S3 objects",
  ])
    expect(text).toContain(part);
});
