import {
  buildGraph,
  copyJobs,
  keyDeclarations,
  resolveTopology,
  runnerAccess,
  shareJobs,
  type CopySource,
} from "../../topology";
import { ConfigurationError } from "../../core/errors";
import { proveTopology, proofProblems } from "../../topology/proof";
import { SHARING, sharing } from "../_helpers/topologies";

const KEY = "alias/keyferry/acme/shared-images/1";

function sourceUnder(...aliases: readonly string[]): CopySource {
  const manager = aliases[0] === "alias/aws/ebs" ? ("AWS" as const) : ("CUSTOMER" as const);
  const key = { arn: "arn:aws:kms:eu-west-1:111111111111:key/1", manager, aliases };
  return {
    id: "ami-1",
    name: "web-1",
    snapshots: [{ snapshotId: "snap-1", deviceName: "/dev/xvda", sizeGiB: 8, key }],
  };
}

function graphOf(source: CopySource) {
  const topology = sharing();
  const [rule] = topology.rules;
  if (rule === undefined) throw new Error("no rule");
  return buildGraph(topology, rule, source);
}

function problemsOf(to: readonly object[], more: object = {}): readonly string[] {
  try {
    resolveTopology({ ...SHARING, images: { web: { ...SHARING.images.web, to } }, ...more });
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ path, what }) => `${path}: ${what}`);
    throw error;
  }
  return [];
}

it("shares the source image itself where its snapshots are under the key that launchers may use", () => {
  const { nodes, shares } = graphOf(sourceUnder(KEY, "alias/keyferry/acme/shared-images"));
  expect(nodes.map(({ id }) => id)).toEqual(["web/final/builder/eu-central-1"]);
  expect(shares.map(({ id, of }) => [id, of])).toEqual([
    ["web/share/prod/eu-west-1", undefined],
    ["web/share/staging/eu-west-1", undefined],
    ["web/share/staging/eu-central-1", "web/final/builder/eu-central-1"],
  ]);
});

it.each([["alias/aws/ebs"], ["alias/app-data"]])(
  "shares a copy under that key of an image under %s",
  (alias) => {
    const { nodes, shares, because } = graphOf(sourceUnder(alias));
    expect(nodes.map(({ id, keyAlias }) => [id, keyAlias])).toEqual([
      ["web/final/builder/eu-west-1", KEY],
      ["web/final/builder/eu-central-1", KEY],
    ]);
    expect(shares[0]?.of).toBe("web/final/builder/eu-west-1");
    expect(because).toContain(`prod, staging launch from a copy that builder makes under ${KEY}`);
  },
);

it("gives the launching account a home key for its volumes, and none for copies to the account that shares", () => {
  expect(
    keyDeclarations(sharing()).map(({ account, region, purpose, launches }) => [
      account,
      region,
      purpose,
      launches,
    ]),
  ).toEqual([
    ["222222222222", "eu-west-1", "home", true],
    ["333333333333", "eu-west-1", "home", true],
    ["333333333333", "eu-central-1", "home", true],
  ]);
});

it("declares the key in each Region with a grant for the Auto Scaling role of each account that launches there", () => {
  expect(
    sharing().keys.map(({ name, account, regions, launchGrants }) => [
      name,
      account.name,
      regions,
      launchGrants.map((grant) => `${grant.account.name} ${grant.grantee.awsServiceName}`),
    ]),
  ).toEqual([
    [
      "shared-images",
      "builder",
      ["eu-west-1"],
      ["prod autoscaling.amazonaws.com", "staging autoscaling.amazonaws.com"],
    ],
    ["shared-images", "builder", ["eu-central-1"], ["staging autoscaling.amazonaws.com"]],
  ]);
});

it("keeps as many copies as whoever wants the most, and all where one account says nothing", () => {
  expect(copyJobs(sharing()).map(({ id, to, rule }) => [id, to.keep, rule.publishTo])).toEqual([
    ["web -> builder eu-west-1", undefined, undefined],
    ["web -> builder eu-central-1", 2, undefined],
  ]);
  expect(shareJobs(sharing()).map(({ id }) => id)).toEqual([
    "web -> prod eu-west-1",
    "web -> staging eu-west-1",
    "web -> staging eu-central-1",
  ]);
});

it("lets the source's runner share images alone, and the launching account's copy nothing", () => {
  const topology = sharing();
  const of = (name: string) => {
    const account = topology.accounts.find((one) => one.name === name);
    if (account === undefined) throw new Error(name);
    return runnerAccess(topology, account);
  };
  expect(of("builder")).toMatchObject({
    sharesIn: [],
    sharesWith: [],
    letsLaunchIn: ["eu-central-1", "eu-west-1"],
  });
  expect(of("prod")).toMatchObject({
    copiesInto: [],
    keys: [],
    launchesSharedIn: ["eu-west-1"],
    launches: true,
  });
});

it("proves that every call of sharing and launching is allowed, and nothing around it", () => {
  const topology = sharing();
  expect(proofProblems(topology, proveTopology(topology))).toEqual([]);
});

it("merges a key of that name which the user declares, so that its generation and rotation can be chosen", () => {
  const keys = {
    "shared-images": { account: "builder", regions: ["eu-west-1"], generation: 2, rotationPeriodInDays: 90 },
  };
  const topology = resolveTopology({ ...SHARING, keys });
  expect(
    topology.keys.map(({ regions, generation, launchGrants }) => [regions, generation, launchGrants.length]),
  ).toEqual([
    [["eu-west-1"], 2, 2],
    [["eu-central-1"], 1, 1],
  ]);
});

describe("refuses", () => {
  const share = { account: "prod", regions: ["eu-west-1"], route: "share" };

  it("an image that is shared with its own account", () => {
    expect(problemsOf([{ ...share, account: "builder" }])).toEqual([
      "images.web.to[0].route: the image is this account's own: it launches from it without a share",
    ]);
  });

  it("a copy where a copy to be shared may stand", () => {
    expect(problemsOf([share, { account: "builder", regions: ["eu-west-1"] }])).toEqual([
      expect.stringContaining(
        "images.web.to[1].regions[0]: the account may need a copy in eu-west-1 to share it",
      ),
    ]);
  });

  it("a launch that names no device, unless the account's EBS default key is its own", () => {
    const launch = { instanceType: "t3.micro" };
    const problem = expect.stringContaining(
      "images.web.to[0].launch.volumes: the launch puts the volumes",
    ) as string;
    expect(problemsOf([{ ...share, launch }])).toEqual([problem]);
    const accounts = { ...SHARING.accounts, prod: { id: "222222222222", ebsDefaults: true } };
    expect(problemsOf([{ ...share, launch }], { accounts })).toEqual([]);
    expect(problemsOf([{ ...share, launch, volumesUnder: "source-key" }], { accounts })).toEqual([problem]);
  });

  it("roles of other accounts, and nobody at all", () => {
    const roles = ["arn:aws:iam::444444444444:role/karpenter", "karpenter"];
    expect(problemsOf([{ ...share, launchedBy: { roles } }])).toEqual([
      "images.web.to[0].launchedBy.roles[0]: the role is of account 444444444444, which the image is not shared with here",
      'images.web.to[0].launchedBy.roles[1]: "karpenter" is not the ARN of a role',
    ]);
    expect(problemsOf([{ ...share, launchedBy: { services: [] } }])).toEqual([
      "images.web.to[0].launchedBy: nobody launches from the image",
    ]);
  });

  it("what is about shares of an image that is copied", () => {
    expect(problemsOf([{ account: "prod", regions: ["eu-west-1"], volumesUnder: "source-key" }])).toEqual([
      "images.web.to[0].volumesUnder: it is about an image that is shared, and this one is copied",
    ]);
  });

  it("an account without a deploy role, which could make no grant", () => {
    const accounts = { ...SHARING.accounts, prod: { id: "222222222222", deployRole: false } };
    expect(problemsOf([share], { accounts })).toEqual([
      expect.stringContaining("images.web.to[0].account: prod has no deploy role"),
    ]);
  });

  describe("a key for shared images that could not be what it is declared as where images are shared", () => {
    const problemsOfKey = (key: object) =>
      problemsOf(SHARING.images.web.to, { keys: { "shared-images": { account: "builder", ...key } } });
    const both = ["eu-west-1", "eu-central-1"];

    it.each([
      ["multiRegion", { multiRegion: true }],
      ["imported", { imported: true }],
      ["multiRegion and imported", { multiRegion: true, imported: true }],
    ])("%s and not in each of those Regions", (settings, key) => {
      expect(problemsOfKey({ ...key, regions: ["eu-west-1"] })).toEqual([
        `keys.shared-images.regions: images.web.to[1] shares images in eu-central-1, whose key would not be ${settings} as this one is`,
      ]);
    });

    it("imported and with replicas, which would be there only after the first import", () => {
      const refused =
        "keys.shared-images.multiRegion: an imported key has its replicas only once it has its key material, and images are shared under this one, as images.web.to[0] asks for";
      for (const regions of [both, [...both].reverse()])
        expect(problemsOfKey({ multiRegion: true, imported: true, regions })).toEqual([refused]);
    });

    it.each([{ multiRegion: true }, { imported: true }])("but takes %j in all of them", (key) => {
      expect(problemsOfKey({ ...key, regions: both })).toEqual([]);
    });

    it("and asks nothing of another account's key, nor where nothing is shared", () => {
      const key = { imported: true, multiRegion: true, regions: both };
      expect(problemsOfKey({ ...key, account: "prod" })).toEqual([]);
      const copies = [{ account: "prod", regions: ["eu-west-1"] }];
      const keys = { "shared-images": { ...key, account: "builder" } };
      expect(problemsOf(copies, { keys })).toEqual([]);
    });
  });
});
