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

  test("is transferred once into each Region, and the accounts copy it within the Region", () => {
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

  test("explains what each transfer saves", () => {
    expect(graph.because).toContain(
      "3 accounts want it in eu-central-1: one transfer serves all of them, which saves 2 transfers",
    );
    expect(graph.because).toContain("takes no extra time");
  });

  test("needs no transit copy in the source's Region if no account copies from there", () => {
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

describe("an image that can be shared directly", () => {
  const graph = graphOf(shared(), false);

  test("uses a shared transfer if it saves two transfers, but not if it saves one", () => {
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

  test("explains both decisions", () => {
    expect(graph.because).toContain("saves 2 transfers between Regions and needs one more copy in sequence");
    expect(graph.because).toContain("both would have to wait for a second copy");
  });
});

describe("the user", () => {
  test("can require shared transfers everywhere", () => {
    const graph = graphOf(withImage({ sharedTransfers: "always" }), false);
    expect(crossings(graph)).toBe(2);
  });

  test("can forbid shared transfers; the foundation then has no key for them", () => {
    const topology = withImage({ sharedTransfers: "never" });
    expect(graphOf(topology, true).nodes.filter(({ role }) => role === "transit")).toHaveLength(1);
    expect(crossings(graphOf(topology, true))).toBe(5);
    expect(graphOf(topology, true).because).toContain(
      '3 accounts want it in eu-central-1, and each copies it across Regions itself, because sharedTransfers is "never"',
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
    expect(because.includes("it is an opt-in Region")).toBe(n === 0);
  });
});

describe("the foundation for shared transfers", () => {
  const topology = shared();

  test("has a transit key of the source's account in each Region, which only the accounts that copy there may use", () => {
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

  test("allows the source's runner role to copy into and share in those Regions", () => {
    const access = runnerAccess(topology, topology.accounts[0]!);
    expect(access.copiesInto).toEqual(["eu-central-1", "eu-west-1", "us-east-1"]);
    expect(access.sharesIn).toEqual(["eu-central-1", "eu-west-1", "us-east-1"]);
  });

  test("allows a destination's runner role to copy within its Region, and to share nowhere", () => {
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

  test("lists every place in which a transit copy can remain", () => {
    expect(transitPlaces(topology, topology.rules[0]!).map(({ region }) => region)).toEqual([
      "eu-west-1",
      "eu-central-1",
      "us-east-1",
    ]);
  });

  test("is not needed if no two accounts receive an image in the same other Region", () => {
    expect(sharedTransfers(acme())).toEqual([]);
    expect(sharedTransfers(mutual())).toEqual([]);
  });
});
