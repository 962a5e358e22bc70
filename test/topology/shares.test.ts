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

it("shares the source image itself if its snapshots are under the key that the launching accounts may use", () => {
  const { nodes, shares } = graphOf(sourceUnder(KEY, "alias/keyferry/acme/shared-images"));
  expect(nodes.map(({ id }) => id)).toEqual(["web/final/builder/eu-central-1"]);
  expect(shares.map(({ id, of }) => [id, of])).toEqual([
    ["web/share/prod/eu-west-1", undefined],
    ["web/share/staging/eu-west-1", undefined],
    ["web/share/staging/eu-central-1", "web/final/builder/eu-central-1"],
  ]);
});

it.each([["alias/aws/ebs"], ["alias/app-data"]])(
  "shares a copy under that key if the image is under %s",
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

it("gives the launching account a home key for its volumes, and the sharing account no home key for copies", () => {
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

it("keeps the largest number of copies that an account requires, or all if one account sets no number", () => {
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

it("allows the source's runner role only to share images, and the launching account's runner role to copy nothing", () => {
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

it("proves that every call of sharing and launching is allowed, and similar calls are refused", () => {
  const topology = sharing();
  expect(proofProblems(topology, proveTopology(topology))).toEqual([]);
});

it("merges a declared key of that name, so that the user can choose its generation and rotation", () => {
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
      "images.web.to[0].route: the account owns the image, so it can launch from it without sharing",
    ]);
  });

  it("a copy where a copy for sharing may exist", () => {
    expect(problemsOf([share, { account: "builder", regions: ["eu-west-1"] }])).toEqual([
      expect.stringContaining(
        "images.web.to[1].regions[0]: sharing the image in eu-west-1 (images.web.to[0]) may need a copy",
      ),
    ]);
  });

  it("a launch that names no device, unless the account's EBS default key is its own", () => {
    const launch = { instanceType: "t3.micro" };
    const problem = expect.stringContaining(
      "images.web.to[0].launch.volumes: the launch of a shared image sets the key of each volume",
    ) as string;
    expect(problemsOf([{ ...share, launch }])).toEqual([problem]);
    const accounts = { ...SHARING.accounts, prod: { id: "222222222222", ebsDefaults: true } };
    expect(problemsOf([{ ...share, launch }], { accounts })).toEqual([]);
    expect(problemsOf([{ ...share, launch, volumesUnder: "source-key" }], { accounts })).toEqual([problem]);
  });

  it("roles of other accounts, and an empty list of launchers", () => {
    const roles = ["arn:aws:iam::444444444444:role/karpenter", "karpenter"];
    expect(problemsOf([{ ...share, launchedBy: { roles } }])).toEqual([
      "images.web.to[0].launchedBy.roles[0]: the role belongs to account 444444444444, but this destination shares the image with another account",
      'images.web.to[0].launchedBy.roles[1]: "karpenter" is not the ARN of a role',
    ]);
    expect(problemsOf([{ ...share, launchedBy: { services: [] } }])).toEqual([
      "images.web.to[0].launchedBy: no service or role launches from the image",
    ]);
  });

  it("settings of shares for an image that is copied", () => {
    expect(problemsOf([{ account: "prod", regions: ["eu-west-1"], volumesUnder: "source-key" }])).toEqual([
      "images.web.to[0].volumesUnder: this setting applies only to a shared image, and this image is copied",
    ]);
  });

  it("an account without a deploy role, which could not create a grant", () => {
    const accounts = { ...SHARING.accounts, prod: { id: "222222222222", deployRole: false } };
    expect(problemsOf([share], { accounts })).toEqual([
      expect.stringContaining("images.web.to[0].account: prod has no deploy role"),
    ]);
  });

  describe("a declared key for shared images that is", () => {
    const problemsOfKey = (key: object) =>
      problemsOf(SHARING.images.web.to, { keys: { "shared-images": { account: "builder", ...key } } });
    const both = ["eu-west-1", "eu-central-1"];

    it.each([
      ["multiRegion", { multiRegion: true }],
      ["imported", { imported: true }],
      ["multiRegion and imported", { multiRegion: true, imported: true }],
    ])("%s and not in each of those Regions", (settings, key) => {
      expect(problemsOfKey({ ...key, regions: ["eu-west-1"] })).toEqual([
        `keys.shared-images.regions: images.web.to[1] shares images in eu-central-1, but the key there would not be ${settings} like this one`,
      ]);
    });

    it("imported and with replicas, which would exist only after the first import", () => {
      const refused =
        "keys.shared-images.multiRegion: an imported key has no replicas until its key material is imported, and images are shared under this key (images.web.to[0])";
      for (const regions of [both, [...both].reverse()])
        expect(problemsOfKey({ multiRegion: true, imported: true, regions })).toEqual([refused]);
    });

    it.each([{ multiRegion: true }, { imported: true }])("but accepts %j in all of them", (key) => {
      expect(problemsOfKey({ ...key, regions: both })).toEqual([]);
    });

    it("and does not check another account's key, or a key without shared images", () => {
      const key = { imported: true, multiRegion: true, regions: both };
      expect(problemsOfKey({ ...key, account: "prod" })).toEqual([]);
      const copies = [{ account: "prod", regions: ["eu-west-1"] }];
      const keys = { "shared-images": { ...key, account: "builder" } };
      expect(problemsOf(copies, { keys })).toEqual([]);
    });
  });
});
