import {
  buildGraph,
  keyDeclarations,
  resolveTopology,
  runnerAccess,
  sharedTransfers,
  transitPlaces,
  type CopyGraph,
  type Rule,
  type CopySource,
  type Topology,
  type TopologyInput,
} from "../../topology";
import { SHARED, acme, mutual, shared } from "../_helpers/topologies";

type Image = NonNullable<TopologyInput["images"]>[string];

const MANAGED = { arn: "arn:aws:kms:eu-west-1:111111111111:key/d", manager: "AWS", aliases: [] } as const;

/** With the image's volume under an AWS managed key, or unencrypted. */
function source(isEncrypted: boolean): CopySource {
  const volume = { snapshotId: "snap-0", deviceName: "/dev/xvda", sizeGiB: 8 };
  return {
    id: "ami-0aaaaaaaaaaaaaaaa",
    name: "web-1",
    snapshots: [isEncrypted ? { ...volume, key: MANAGED } : volume],
  };
}

function withImage(change: Partial<Image>): Topology {
  return resolveTopology({ ...SHARED, images: { web: { ...SHARED.images["web"]!, ...change } } });
}

function graphOf(topology: Topology, isEncrypted: boolean): CopyGraph {
  return buildGraph(topology, topology.rules[0] as Rule, source(isEncrypted));
}

/** `final copy <- what it is made from`. */
function ways(graph: CopyGraph): string[] {
  return graph.nodes.map(
    ({ id, madeFrom }) => `${id} <- ${madeFrom.kind === "source" ? "source" : madeFrom.id}`,
  );
}

function crossings(graph: CopyGraph): number {
  const regionOf = (id: string) => graph.nodes.find((node) => node.id === id)?.place.region;
  return graph.nodes.filter(({ place, madeFrom }) => {
    const from = madeFrom.kind === "source" ? graph.rule.from.region : regionOf(madeFrom.id);
    return from !== place.region;
  }).length;
}

describe("an image that needs a transit copy", () => {
  const graph = graphOf(shared(), true);

  test("crosses once into each Region, from which the accounts copy within the Region", () => {
    expect(ways(graph)).toEqual([
      "web/transit/builder/eu-west-1 <- source",
      "web/transit/builder/eu-central-1 <- source",
      "web/transit/builder/us-east-1 <- source",
      "web/final/prod/eu-west-1 <- web/transit/builder/eu-west-1",
      "web/final/prod/eu-central-1 <- web/transit/builder/eu-central-1",
      "web/final/prod/us-east-1 <- web/transit/builder/us-east-1",
      "web/final/staging/eu-central-1 <- web/transit/builder/eu-central-1",
      "web/final/lab/eu-central-1 <- web/transit/builder/eu-central-1",
      "web/final/builder/us-east-1 <- web/transit/builder/us-east-1",
    ]);
    expect(crossings(graph)).toBe(2);
    expect(graph.shareSourceWith).toEqual([]);
  });

  test("says what each transfer saves", () => {
    expect(graph.because).toContain(
      "3 accounts want it in eu-central-1: one transfer carries it there for all of them, which saves 2 transfers",
    );
    expect(graph.because).toContain("costs no time");
  });

  test("needs none in the source's Region where nobody copies from there", () => {
    const topology = withImage({
      to: [
        { account: "prod", regions: ["us-east-1"] },
        { account: "lab", regions: ["us-east-1"] },
      ],
    });
    expect(ways(graphOf(topology, true))[0]).toBe("web/transit/builder/us-east-1 <- source");
    expect(graphOf(topology, true).nodes).toHaveLength(3);
  });
});

describe("an image that can be shared as it is", () => {
  const graph = graphOf(shared(), false);

  test("shares a transfer that saves two, and none that saves one", () => {
    expect(ways(graph)).toEqual([
      "web/transit/builder/eu-central-1 <- source",
      "web/final/prod/eu-west-1 <- source",
      "web/final/prod/eu-central-1 <- web/transit/builder/eu-central-1",
      "web/final/prod/us-east-1 <- source",
      "web/final/staging/eu-central-1 <- web/transit/builder/eu-central-1",
      "web/final/lab/eu-central-1 <- web/transit/builder/eu-central-1",
      "web/final/builder/us-east-1 <- source",
    ]);
    expect(graph.shareSourceWith).toEqual(["222222222222"]);
  });

  test("says why so in both cases", () => {
    expect(graph.because).toContain("saves 2 transfers between Regions for one more copy in a row");
    expect(graph.because).toContain("make both wait for a second copy");
  });
});

describe("the user", () => {
  test("can have every transfer shared", () => {
    const graph = graphOf(withImage({ sharedTransfers: "always" }), false);
    expect(crossings(graph)).toBe(2);
  });

  test("can have none shared; then the foundation has no key for one", () => {
    const topology = withImage({ sharedTransfers: "never" });
    expect(graphOf(topology, true).nodes.filter(({ role }) => role === "transit")).toHaveLength(1);
    expect(crossings(graphOf(topology, true))).toBe(5);
    expect(graphOf(topology, true).because).toContain(
      '3 accounts want it in eu-central-1, and each copies it across Regions itself, as sharedTransfers is "never"',
    );
    const regions = keyDeclarations(topology).flatMap((key) =>
      key.purpose === "transit" ? [key.region] : [],
    );
    expect(regions).toEqual(["eu-west-1"]);
  });

  test.each([
    ["auto", 0],
    ["always", 1],
  ] as const)("with %s shares %i transfers into a Region that AWS leaves disabled", (mode, n) => {
    const topology = withImage({
      sharedTransfers: mode,
      to: [
        { account: "prod", regions: ["eu-south-1"] },
        { account: "lab", regions: ["eu-south-1"] },
      ],
    });
    expect(sharedTransfers(topology)).toHaveLength(n);
    const { because } = graphOf(topology, true);
    expect(because.includes("accounts have to enable that Region")).toBe(n === 0);
  });
});

describe("the foundation for shared transfers", () => {
  const topology = shared();

  test("has a transit key of the source's account in each Region, open to those who copy there and to nobody else", () => {
    const transits = keyDeclarations(topology).filter((key) => key.purpose === "transit");
    expect(
      transits.map(({ account, region, copiers }) => [
        account,
        region,
        copiers.map((copier) => copier.account),
      ]),
    ).toEqual([
      ["111111111111", "eu-west-1", ["222222222222", "333333333333", "444444444444"]],
      ["111111111111", "eu-central-1", ["222222222222", "333333333333", "444444444444"]],
      ["111111111111", "us-east-1", ["222222222222"]],
    ]);
  });

  test("lets the source's runner copy into and share in those Regions", () => {
    const access = runnerAccess(topology, topology.accounts[0]!);
    expect(access.copiesInto).toEqual(["eu-central-1", "eu-west-1", "us-east-1"]);
    expect(access.sharesIn).toEqual(["eu-central-1", "eu-west-1", "us-east-1"]);
  });

  test("lets a destination's runner copy within its Region, and share nowhere", () => {
    const lab = topology.accounts.find(({ name }) => name === "lab")!;
    const access = runnerAccess(topology, lab);
    expect(access.copiesFrom).toEqual(["eu-central-1", "eu-west-1"]);
    expect(access.sharesIn).toEqual([]);
    expect(access.keys.map(({ as, key }) => `${as} ${key.account} ${key.region}`)).toEqual([
      "write 444444444444 eu-central-1",
      "read 111111111111 eu-west-1",
      "read 111111111111 eu-central-1",
    ]);
  });

  test("knows every place in which a transit copy may be left", () => {
    expect(transitPlaces(topology, topology.rules[0]!).map(({ region }) => region)).toEqual([
      "eu-west-1",
      "eu-central-1",
      "us-east-1",
    ]);
  });

  test("is not asked for where no two accounts want an image in the same other Region", () => {
    expect(sharedTransfers(acme())).toEqual([]);
    expect(sharedTransfers(mutual())).toEqual([]);
  });
});
