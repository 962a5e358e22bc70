import { AwsCallError, type ImageView, type SnapshotView } from "../../../scripts/aws";
import { propose } from "../../../scripts/commands/import/proposal";
import { patternOf } from "../../../scripts/commands/import/families";
import { lookAround, type Standing, type StandingPlace } from "../../../scripts/commands/import/standing";
import { importedConfiguration } from "../../../scripts/init/imported-configuration";
import { terraformImports } from "../../../scripts/init/terraform-imports";
import { resolveTopology, type Account } from "../../../topology";
import { proofProblems, proveTopology } from "../../../topology/proof";
import { Stage } from "../fake-aws/stage";

const ACCOUNTS: readonly Account[] = [
  { name: "builder", id: "111111111111", runnerRole: "keyferry-acme-runner", deployRole: "keyferry-deploy" },
  { name: "prod", id: "222222222222", runnerRole: "keyferry-acme-runner", deployRole: "keyferry-deploy" },
];
const [BUILDER, PROD] = ACCOUNTS as [Account, Account];

const keyArn = (account: string, region: string, n: number) =>
  `arn:aws:kms:${region}:${account}:key/0000000${n}-12ab-34cd-56ef-1234567890ab`;
const SHARED = keyArn("111111111111", "eu-west-1", 1);
const MANAGED = keyArn("111111111111", "eu-west-1", 2);
const PROD_KEY = keyArn("222222222222", "eu-central-1", 3);
const PROD_OTHER = keyArn("222222222222", "eu-central-1", 4);

interface Made {
  readonly id: string;
  readonly name: string;
  readonly parent?: string;
  /** The key of its one snapshot. @default - not encrypted */
  readonly key?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly day?: number;
}

function image({ id, name, parent, tags = {}, day = 1 }: Made): ImageView {
  return {
    id,
    name,
    ownerId: "",
    ...(parent === undefined ? {} : { parentImageId: parent }),
    state: "available",
    creationDate: `2026-11-0${day}T00:00:00.000Z`,
    marketplaceCodes: [],
    tags,
    volumes: [{ deviceName: "/dev/xvda", snapshotId: `snap-${id}`, sizeGiB: 8, settings: {} }],
    devices: ["/dev/xvda"],
    attributes: {},
    isPublic: false,
    deregistrationProtection: "disabled",
  };
}

function snapshot({ id, key }: Made): [string, SnapshotView] {
  const view: SnapshotView = {
    snapshotId: `snap-${id}`,
    startTime: "2026-11-01T00:00:00.000Z",
    state: "completed",
    progressPercent: 100,
    encrypted: key !== undefined,
    ...(key === undefined ? {} : { keyArn: key }),
    sizeGiB: 8,
    tags: {},
  };
  return [view.snapshotId, view];
}

function place(
  account: Account,
  region: string,
  made: readonly Made[],
  more: Partial<StandingPlace> = {},
): StandingPlace {
  return {
    place: { account, region },
    images: made.map(image),
    snapshots: new Map(made.map(snapshot)),
    aliases: new Map([
      [SHARED, ["alias/shared"]],
      [MANAGED, ["alias/aws/ebs"]],
      [PROD_KEY, ["alias/prod-data"]],
    ]),
    parameters: [],
    launchers: new Map(),
    ...more,
  };
}

const of = (...places: StandingPlace[]): Standing => ({ places, unseen: [] });
const WEB: Made = { id: "ami-1", name: "web-1", key: SHARED };
const COPY: Made = { id: "ami-c1", name: "web-1", parent: "ami-1", key: PROD_KEY };

test("manual copies become a rule with their places as destinations and their keys", () => {
  const { topology, keys, unfit } = propose(
    "acme",
    ACCOUNTS,
    of(place(BUILDER, "eu-west-1", [WEB]), place(PROD, "eu-central-1", [COPY])),
  );
  expect(topology).toEqual({
    name: "acme",
    accounts: {
      builder: { id: "111111111111", ownKeys: { transit: { "eu-west-1": "alias/shared" } } },
      prod: { id: "222222222222", ownKeys: { home: { "eu-central-1": "alias/prod-data" } } },
    },
    images: {
      web: {
        from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/shared"] },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
      },
    },
  });
  expect(unfit).toEqual([]);
  expect(keys.map(({ account, alias }) => [account.name, alias])).toEqual([
    ["prod", "alias/prod-data"],
    ["builder", "alias/shared"],
  ]);
  const resolved = resolveTopology(topology);
  expect(proofProblems(resolved, proveTopology(resolved))).toEqual([]);
});

test("a source under an AWS managed key needs no key of the account's own, and is copied under the foundation's key", () => {
  const { topology } = propose(
    "acme",
    ACCOUNTS,
    of(place(BUILDER, "eu-west-1", [{ ...WEB, key: MANAGED }]), place(PROD, "eu-central-1", [COPY])),
  );
  expect(topology?.accounts["builder"]).toEqual({ id: "111111111111" });
  expect(topology?.images?.["web"]?.from.keys).toBeUndefined();
});

test("the copy of a copy is traced to the original image", () => {
  const { topology } = propose(
    "acme",
    ACCOUNTS,
    of(
      place(BUILDER, "eu-west-1", [WEB]),
      place(PROD, "eu-west-1", [{ ...COPY, id: "ami-t", key: PROD_OTHER }]),
      place(PROD, "eu-central-1", [{ ...COPY, parent: "ami-t" }]),
    ),
  );
  expect(topology?.images?.["web"]?.to).toEqual([
    { account: "prod", regions: ["eu-central-1", "eu-west-1"] },
  ]);
});

test.each([
  [
    "whose source does not exist",
    { ...COPY, parent: "ami-gone" },
    /was copied from ami-gone, which does not exist in any/,
  ],
  ["that is not encrypted", { id: "ami-c1", name: "web-1", parent: "ami-1" }, /is not encrypted/],
  ["under an AWS managed key", { ...COPY, key: MANAGED }, /under the AWS managed key alias\/aws\/ebs/],
  ["under another account's key", { ...COPY, key: SHARED }, /a key of another account/],
  ["that a topology made", { ...COPY, tags: { "keyferry:topology": "life" } }, /the topology life made/],
])("a copy %s is reported, with what happens to it", (_, copy, what) => {
  const { unfit } = propose(
    "acme",
    ACCOUNTS,
    of(place(BUILDER, "eu-west-1", [WEB]), place(PROD, "eu-central-1", [copy])),
  );
  const [first] = unfit;
  expect(first?.what).toMatch(what);
  expect(first?.fix).not.toBe("");
});

test("two keys for copies in one place: the first is used, the other is reported", () => {
  const { topology, unfit } = propose(
    "acme",
    ACCOUNTS,
    of(
      place(BUILDER, "eu-west-1", [WEB, { ...WEB, id: "ami-2", name: "api-1" }]),
      place(PROD, "eu-central-1", [
        COPY,
        { ...COPY, id: "ami-c2", name: "api-1", parent: "ami-2", key: PROD_OTHER },
      ]),
    ),
  );
  expect(Object.keys(topology?.images ?? {})).toEqual(["web", "api"]);
  expect(topology?.accounts["prod"]?.ownKeys).toEqual({ home: { "eu-central-1": "alias/prod-data" } });
  expect(unfit.map(({ what }) => what)).toEqual([
    `copies of api-* in prod eu-central-1 are under ${PROD_OTHER}, and others under alias/prod-data`,
  ]);
});

test("a parameter that shows the newest copy everywhere is used for publishing, and reported as not owned yet", () => {
  const parameters = [{ user: "", image: "ami-c2", parameter: "/images/web" }];
  const { topology, unfit } = propose(
    "acme",
    ACCOUNTS,
    of(
      place(BUILDER, "eu-west-1", [WEB, { ...WEB, id: "ami-2", name: "web-2", day: 2 }]),
      place(PROD, "eu-central-1", [COPY, { ...COPY, id: "ami-c2", name: "web-2", parent: "ami-2", day: 2 }], {
        parameters,
      }),
    ),
  );
  expect(Object.keys(topology?.images ?? {})).toEqual(["web"]);
  expect(topology?.images?.["web"]?.publishTo).toBe("/images/web");
  expect(unfit.map(({ what }) => what)).toEqual([
    "the parameter /images/web exists and does not belong to the topology yet",
  ]);
});

test("shared images without copies, and snapshots of no image, are reported and never guessed", () => {
  const launchers = new Map([["ami-1", ["222222222222"]]]);
  const single: Made = { id: "single", name: "", key: PROD_KEY };
  const prod = place(PROD, "eu-central-1", []);
  const { topology, unfit } = propose(
    "acme",
    ACCOUNTS,
    of(place(BUILDER, "eu-west-1", [WEB], { launchers }), {
      ...prod,
      snapshots: new Map([snapshot(single)]),
    }),
  );
  expect(topology).toBeUndefined();
  expect(unfit.map(({ fix }) => fix)).toEqual([
    expect.stringContaining('route: "share"'),
    expect.stringContaining("declare the snapshots to be copied"),
  ]);
});

test.each([
  ["web-1", "web-*"],
  ["web-2026.11.30", "web-*"],
  ["web_v12", "web_v*"],
  ["golden", "golden"],
  ["2026-11-30", "2026-11-30"],
])("images named %s are selected with %s", (name, pattern) => {
  expect(patternOf(name)).toBe(pattern);
});

test("the configuration is readable TypeScript", () => {
  const { topology } = propose(
    "acme",
    ACCOUNTS,
    of(place(BUILDER, "eu-west-1", [WEB]), place(PROD, "eu-central-1", [COPY])),
  );
  if (topology === undefined) throw new TypeError("no topology");
  const text = importedConfiguration(topology);
  expect(text).toContain('import { defineTopology } from "keyferry/topology";');
  expect(text).toContain(
    '    prod: { id: "222222222222", ownKeys: { home: { "eu-central-1": "alias/prod-data" } } },',
  );
  const exported = text.slice(
    text.indexOf("defineTopology(") + "defineTopology(".length,
    text.lastIndexOf(")"),
  );
  expect(new Function(`return ${exported}`)()).toEqual(topology);
});

test("Terraform imports keys with import blocks and the provider of their account and Region", () => {
  const text = terraformImports([
    { account: PROD, region: "eu-central-1", keyId: "1234abcd", alias: "alias/prod-data" },
  ]);
  expect(text).toContain(`provider "aws" {
  alias               = "prod_eu_central_1"
  region              = "eu-central-1"
  allowed_account_ids = ["222222222222"]
  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/keyferry-deploy"
  }
}`);
  expect(text).toContain(`import {
  to       = aws_kms_key.prod_eu_central_1_prod_data
  id       = "1234abcd"
  provider = aws.prod_eu_central_1
}`);
  expect(text).toContain(
    'to       = aws_kms_alias.prod_eu_central_1_prod_data\n  id       = "alias/prod-data"',
  );
});

test("what AWS denies access to is reported with the reason, and the rest is still read", async () => {
  const stage = new Stage();
  const access = stage.deployer.access();
  const denied = new AwsCallError(
    { operation: "ListAliases", account: "222222222222", region: "eu-central-1" },
    { code: "AccessDeniedException", message: "not authorized", transient: false },
  );
  const { places, unseen } = await lookAround(
    { ...access, keyLife: (at) => ({ ...access.keyLife(at), aliases: () => Promise.reject(denied) }) },
    stage.topology.accounts,
    ["eu-west-1"],
  );
  expect(places.flatMap(({ images }) => images.map(({ name }) => name))).toContain("web-1");
  expect(unseen).toHaveLength(3);
  expect(unseen[0]).toMatch(/^aliases of keys of builder eu-west-1: .*not authorized/);
});
