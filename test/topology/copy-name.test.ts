import { ConfigurationError } from "../../core/errors";
import { buildGraph, resolveTopology, type CopySource } from "../../topology";
import { ACME } from "../_helpers/topologies";

const SOURCE: CopySource = {
  id: "ami-0aaaaaaaaaaaaaaaa",
  name: "web-1",
  creationDate: "2026-11-20T23:59:59.000Z",
  snapshots: [],
};

const topologyWith = (to: readonly object[]) => ({
  ...ACME,
  images: { web: { ...ACME.images["web"], to } },
});

/** The names of the final copies of an image, by a pattern for prod in two Regions. */
function names(copyName: string, source = SOURCE): readonly string[] {
  const topology = resolveTopology(
    topologyWith([{ account: "prod", regions: ["eu-central-1", "us-east-1"], copyName }]),
  );
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  return buildGraph(topology, rule, source).nodes.flatMap(({ role, copyName: name }) =>
    role === "final" ? [name] : [],
  );
}

function problems(to: object): readonly (readonly [path: string, text: string])[] {
  try {
    resolveTopology(topologyWith([to]));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ path, what, allowed, fix }) => [path, `${what}; ${allowed}; ${fix}`]);
  }
}

describe("a pattern", () => {
  test.each([
    ["{name} for {account} {region}", ["web-1 for prod eu-central-1", "web-1 for prod us-east-1"]],
    ["{rule}/{date}/{id}", Array(2).fill("web/2026-11-20/ami-0aaaaaaaaaaaaaaaa")],
    ["[{accountId}] {name}@'x'", Array(2).fill("[222222222222] web-1@'x'")],
    ["{name}", Array(2).fill("web-1")],
  ])("%s names every copy of the destination", (pattern, expected) => {
    expect(names(pattern)).toEqual(expected);
  });

  test("shortens only the name of a source whose name has EC2's maximum length", () => {
    const [name = ""] = names("{name} for {account} {region}", { ...SOURCE, name: "w".repeat(128) });
    expect(name).toHaveLength(128);
    expect(name).toMatch(/^w+ for prod eu-central-1$/);
    const [twice = ""] = names("{name}-{name}", { ...SOURCE, name: "w".repeat(128) });
    expect(twice).toBe(`${"w".repeat(63)}-${"w".repeat(63)}`);
  });

  test("does not apply to transit copies", () => {
    const topology = resolveTopology(
      topologyWith([
        { account: "prod", regions: ["eu-central-1"], copyName: "{name} x", route: "store-restore" },
      ]),
    );
    const [rule] = topology.rules;
    if (rule === undefined) throw new TypeError("no rule");
    expect(buildGraph(topology, rule, SOURCE).nodes.map(({ copyName }) => copyName)).toEqual([
      "web-1 (keyferry restored for web ami-0aaaaaaaaaaaaaaaa)",
      "web-1 x",
    ]);
  });
});

describe("a pattern is refused", () => {
  const prod = { account: "prod", regions: ["eu-central-1"] };

  test.each([
    ["with an unknown token", "{name} {today}", /"\{today\}" is not a known token; \{name\}, \{id\}/],
    ["with characters that EC2 does not accept", "{name}: ü{id", /cannot contain ":", "ü", "\{"; letters/],
    ["that begins with a space", " {name}", /begins or ends with a space/],
    ["that gives two images the same name", "golden {date} {region}", /\{name\} or \{id\}/],
    [
      "that leaves no room for a name",
      `{name}${"x".repeat(126)}`,
      /prod eu-central-1 .*; shorten it by at least 1 character/,
    ],
    ["that is too long with a current id", `${"x".repeat(108)}{id}`, /shorten it by at least 1 character/],
  ])("%s", (_what, copyName, text) => {
    expect(problems({ ...prod, copyName })).toEqual([
      ["images.web.to[0].copyName", expect.stringMatching(text)],
    ]);
  });

  test("and all mistakes are reported together, for each place where it is too long", () => {
    expect(problems({ ...prod, copyName: "{what}:" })).toHaveLength(3);
    const regions = ["eu-central-1", "us-east-1"];
    expect(problems({ account: "prod", regions, copyName: `{id}${"x".repeat(108)}` })).toHaveLength(2);
    expect(problems({ ...prod, copyName: `{id}${"x".repeat(107)}` })).toEqual([]);
  });

  test("if it gives the source's own name in the source's place, but not elsewhere", () => {
    const builder = { account: "builder", regions: ["eu-west-1", "eu-central-1"] };
    expect(problems({ ...builder, copyName: "{name}" })).toEqual([
      ["images.web.to[0].copyName", expect.stringContaining("builder eu-west-1 the source image itself")],
    ]);
    expect(problems({ ...builder, copyName: "{name} copy" })).toEqual([]);
  });

  test("for an image that is shared and not copied", () => {
    const shared = { account: "prod", regions: ["eu-west-1"], route: "share", copyName: "{name}" };
    expect(problems(shared)).toEqual([
      ["images.web.to[0].copyName", expect.stringContaining("a shared image is not copied")],
    ]);
  });
});
