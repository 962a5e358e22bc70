import type { ConfigurationError } from "../../core/errors";
import { resolveTopology, type TopologyInput } from "../../topology";
import { ACME } from "../_helpers/topologies";

type Image = NonNullable<TopologyInput["images"]>[string];

const WEB = ACME.images["web"] as Image;
const PROD: Image["to"] = [{ account: "prod", regions: ["us-east-1", "eu-central-1"] }];

/** The problems of the sample with a second image. */
function problemsWith(api: Image, web = WEB): ConfigurationError["problems"] {
  try {
    resolveTopology({ ...ACME, images: { web, api } });
    return [];
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
}

const named = (name: string): Image["from"] => ({ ...WEB.from, newest: { name } });

describe("two images into one account and Region", () => {
  it("must not be the same image, because its name can be used only once there", () => {
    expect(problemsWith({ from: WEB.from, to: PROD })).toEqual([
      {
        path: "images.api.to[0].regions[1]",
        what: 'images.web and images.api both copy the newest "web-*" of builder in eu-west-1 into prod in eu-central-1, where its name can be given only once (already declared at images.web.to[0].regions[0])',
        fix: "remove this destination from one of them",
      },
    ]);
  });

  it("must not be the same image by its id", () => {
    const { account, region } = WEB.from;
    const from = { account, region, imageId: "ami-0123456789abcdef0" };
    expect(problemsWith({ from, to: PROD }, { from, to: WEB.to.slice(1) })).toEqual([]);
    expect(problemsWith({ from, to: PROD }, { from, to: PROD })).toMatchObject([
      { what: expect.stringContaining("both copy ami-0123456789abcdef0 of builder in eu-west-1") },
      {},
    ]);
  });

  it.each<[string, Image]>([
    ["the same image in other places", { from: WEB.from, to: [{ account: "prod", regions: ["us-east-1"] }] }],
    ["images of other names", { from: named("api-*"), to: PROD }],
    ["images of another Region", { from: { ...WEB.from, region: "eu-west-2" }, to: PROD }],
  ])("may be %s", (_what, api) => {
    expect(problemsWith(api)).toEqual([]);
  });

  it("must not be published to the same parameter in one place, but may use two parameters, or the same name in different places", () => {
    const api = { from: named("api-*"), to: PROD, publishTo: "/images/web" };
    expect(problemsWith(api)).toMatchObject([
      {
        path: "images.api.to[0].regions[1]",
        what: expect.stringContaining("both publish to /images/web for prod in eu-central-1"),
      },
    ]);
    expect(problemsWith({ ...api, publishTo: "/images/api" })).toEqual([]);
    expect(problemsWith({ ...api, to: [{ account: "prod", regions: ["us-east-1"] }] })).toEqual([]);
  });

  it("are reported together with all other problems", () => {
    const problems = problemsWith({ from: WEB.from, to: [...PROD, ...WEB.to], publishTo: "web" });
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "images.api.publishTo",
        "images.api.to[0].regions[1]",
        "images.api.to[2].regions[0]",
      ]),
    );
  });
});
