import { buildGraph, resolveTopology, type Rule, type CopySource, type SourceSnapshot } from "../../topology";
import { acme, ACME } from "../_helpers/topologies";

const DEFAULT_KEY = {
  arn: "arn:aws:kms:eu-west-1:111111111111:key/d",
  manager: "AWS",
  aliases: ["alias/aws/ebs"],
} as const;
const APP_KEY = {
  arn: "arn:aws:kms:eu-west-1:111111111111:key/a",
  manager: "CUSTOMER",
  aliases: ["alias/app-data"],
} as const;
const TRANSIT_KEY = {
  arn: "arn:aws:kms:eu-west-1:111111111111:key/t",
  manager: "CUSTOMER",
  aliases: ["alias/keyferry/acme/transit"],
} as const;

function image(...keys: (SourceSnapshot["key"] | undefined)[]): CopySource {
  return {
    id: "ami-0aaaaaaaaaaaaaaaa",
    name: "web-2026-11-20",
    snapshots: keys.map((key, i) => ({
      snapshotId: `snap-${i}`,
      deviceName: `/dev/xvd${i}`,
      sizeGiB: 8,
      ...(key === undefined ? {} : { key }),
    })),
  };
}

const web = (): Rule => acme().rules[0] as Rule;

describe("an image that cannot be shared directly", () => {
  test.each([
    ["the EBS default key", image(DEFAULT_KEY, undefined)],
    ["a key that the destinations may not use", image(undefined, APP_KEY)],
  ])("because of %s is copied through one transit copy in the source's Region", (_why, source) => {
    const graph = buildGraph(acme(), web(), source);
    const [transit, ...finals] = graph.nodes;
    expect(transit).toMatchObject({
      role: "transit",
      keyAlias: "alias/keyferry/acme/transit",
      madeFrom: { kind: "source" },
    });
    expect(transit?.place).toMatchObject({ region: "eu-west-1", account: { name: "builder" } });
    expect(finals.map((node) => node.madeFrom)).toEqual(Array(2).fill({ kind: "node", id: transit?.id }));
    expect(graph.shareSourceWith).toEqual([]);
  });

  test("names the snapshot that is the reason", () => {
    expect(buildGraph(acme(), web(), image(undefined, DEFAULT_KEY)).because).toContain(
      "snap-1 (/dev/xvd1) is under an AWS managed key",
    );
  });
});

describe("an image that can be shared directly", () => {
  test.each([
    ["unencrypted", image(undefined)],
    ["under the transit key", image(TRANSIT_KEY, undefined)],
  ])("(%s) is copied directly by every destination", (_how, source) => {
    const graph = buildGraph(acme(), web(), source);
    expect(graph.nodes.map((node) => node.role)).toEqual(["final", "final"]);
    expect(graph.shareSourceWith).toEqual(["222222222222", "333333333333"]);
  });
});

describe("copies within the source's own account", () => {
  const home = resolveTopology({
    ...ACME,
    images: {
      web: {
        from: ACME.images["web"]!.from,
        to: [{ account: "builder", regions: ["eu-west-1", "eu-central-1"] }],
      },
    },
  });
  const graph = buildGraph(home, home.rules[0] as Rule, image(DEFAULT_KEY));

  test("need neither a transit copy nor a share", () => {
    expect(graph.nodes.map((node) => node.role)).toEqual(["final", "final"]);
    expect(graph.shareSourceWith).toEqual([]);
  });

  test("get another name where the source's name is already used", () => {
    expect(graph.nodes.map((node) => node.copyName)).toEqual([
      "web-2026-11-20 (keyferry ami-0aaaaaaaaaaaaaaaa)",
      "web-2026-11-20",
    ]);
  });
});

test("a copy's name never exceeds what EC2 accepts", () => {
  const long = { ...image(DEFAULT_KEY), name: "w".repeat(128) };
  for (const node of buildGraph(acme(), web(), long).nodes)
    expect(node.copyName.length).toBeLessThanOrEqual(128);
});

test("transit copies of two rules with the same image have different names", () => {
  const web = ACME.images["web"]!;
  const again = { ...web, to: [{ account: "prod", regions: ["us-east-1"] }] };
  const twice = resolveTopology({ ...ACME, images: { web, again } });
  const names = twice.rules.map((rule) => buildGraph(twice, rule, image(DEFAULT_KEY)).nodes[0]?.copyName);
  expect(new Set(names).size).toBe(2);
});
