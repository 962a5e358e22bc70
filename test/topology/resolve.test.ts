import { isKeyferryError, type ConfigurationError } from "../../core/errors";
import { resolveTopology, type TopologyInput } from "../../topology";
import { ACME } from "../_helpers/topologies";

/** A deep copy of the sample with changes, as plain data, like a topology with a user's mistake. */
function broken(change: (topology: any) => void): unknown {
  const copy = structuredClone(ACME) as unknown;
  change(copy);
  return copy;
}

function problemsOf(
  input: unknown,
): readonly { path: string; what: string; allowed?: string; fix?: string }[] {
  try {
    resolveTopology(input);
  } catch (error) {
    if (isKeyferryError(error) && error.code === "ConfigurationInvalid")
      return (error as ConfigurationError).problems;
    throw error;
  }
  return [];
}

function pathsOf(input: unknown): string[] {
  return problemsOf(input).map((problem) => problem.path);
}

describe("a valid topology", () => {
  test("has no problems and gets its defaults", () => {
    const topology = resolveTopology(ACME);
    expect(topology.operator.name).toBe("builder");
    expect(topology.accounts.map((account) => account.runnerRole)).toEqual(
      Array(3).fill("keyferry-acme-runner"),
    );
    expect(topology.accounts.map((account) => account.deployRole)).toEqual(Array(3).fill("keyferry-deploy"));
    expect(topology.state).toEqual({ kind: "local" });
    expect(topology.rules[0]?.to[0]?.launch).toMatchObject({
      minSize: 1,
      maxSize: 1,
      availabilityZones: ["eu-central-1a"],
    });
  });

  test("uses a profile instead of a deploy role if a profile is named", () => {
    const input = structuredClone(ACME) as TopologyInput & { accounts: { prod: { profile?: string } } };
    input.accounts.prod.profile = "prod-admin";
    expect(resolveTopology(input).accounts[1]).toMatchObject({ profile: "prod-admin" });
    expect(resolveTopology(input).accounts[1]).not.toHaveProperty("deployRole");
  });

  test("copies tags, keeps all copies and protects none by default", () => {
    const [rule] = resolveTopology(ACME).rules;
    expect(rule?.carryTags).toBe(true);
    for (const to of rule?.to ?? []) {
      expect(to).not.toHaveProperty("keep");
      expect(to).not.toHaveProperty("deregistrationProtection");
    }
    const other = broken((t) => {
      t.images.web.carryTags = false;
      Object.assign(t.images.web.to[0], { keep: 3, deregistrationProtection: "with-cooldown" });
    });
    expect(resolveTopology(other).rules[0]).toMatchObject({
      carryTags: false,
      to: [{ keep: 3, deregistrationProtection: "with-cooldown" }, {}],
    });
  });

  test("gets its partition from its Regions", () => {
    const input = broken((t) => {
      t.images.web.from.region = "us-gov-west-1";
      t.images.web.to = [{ account: "prod", regions: ["us-gov-east-1"] }];
    });
    expect(resolveTopology(input).partition).toBe("aws-us-gov");
  });
});

describe("an invalid topology", () => {
  test.each<[string, (topology: any) => void, string]>([
    ["an account id of 11 digits", (t) => (t.accounts.prod.id = "22222222222"), "accounts.prod.id"],
    ["two names for one account id", (t) => (t.accounts.prod.id = "111111111111"), "accounts.prod.id"],
    ["a number of kept copies of 0", (t) => (t.images.web.to[0].keep = 0), "images.web.to[0].keep"],
    [
      "a protection that AWS does not support",
      (t) => (t.images.web.to[0].deregistrationProtection = "always"),
      "images.web.to[0].deregistrationProtection",
    ],
    ["an invalid value of carryTags", (t) => (t.images.web.carryTags = "some"), "images.web.carryTags"],
    ["an unknown source account", (t) => (t.images.web.from.account = "bilder"), "images.web.from.account"],
    [
      "an unknown destination account",
      (t) => (t.images.web.to[1].account = "stage"),
      "images.web.to[1].account",
    ],
    ["an unknown operator", (t) => (t.operator = "ops"), "operator"],
    [
      "a Region that does not exist",
      (t) => (t.images.web.to[0].regions = ["eu-centrall-1"]),
      "images.web.to[0].regions[0]",
    ],
    [
      "two rules for one destination",
      (t) => t.images.web.to.push({ account: "prod", regions: ["eu-central-1"] }),
      "images.web.to[2].regions[0]",
    ],
    ["no destination", (t) => (t.images.web.to = []), "images.web.to"],
    ["no image", (t) => (t.images = {}), "images"],
    ["no account", (t) => (t.accounts = {}), "accounts"],
    ["no selector", (t) => delete t.images.web.from.newest, "images.web.from"],
    ["two selectors", (t) => (t.images.web.from.imageId = "ami-0123456789abcdef0"), "images.web.from"],
    [
      "a launch without a published parameter",
      (t) => delete t.images.web.publishTo,
      "images.web.to[0].launch",
    ],
    [
      "a reserved tag key",
      (t) => (t.images.web.tags = { "keyferry:node": "x" }),
      "images.web.tags.keyferry:node",
    ],
    ["a setting that does not exist", (t) => (t.images.web.form = {}), "images.web.form"],
    ["a route that does not exist", (t) => (t.images.web.to[0].route = "teleport"), "images.web.to[0].route"],
    [
      "a group smaller than its minimum",
      (t) => (t.images.web.to[0].launch = { instanceType: "t3.micro", minSize: 3, maxSize: 2 }),
      "images.web.to[0].launch.maxSize",
    ],
    ["two partitions", (t) => (t.images.web.to[0].regions = ["cn-north-1"]), "images.web.to[0].regions[0]"],
    [
      "a parameter name that AWS reserves",
      (t) => (t.images.web.publishTo = "/AWS/web"),
      "images.web.publishTo",
    ],
    [
      "an account's name that cannot be part of a stack's name",
      (t) => (t.accounts.Ops = t.accounts.prod),
      "accounts.Ops",
    ],
    ["a name that cannot be part of a role's name", (t) => (t.name = "Acme!"), "name"],
  ])("%s is reported at its path", (_mistake, change, path) => {
    expect(pathsOf(broken(change))).toContain(path);
  });

  test("is reported with all problems of shape and of meaning together", () => {
    const paths = pathsOf(
      broken((t) => {
        t.accounts.prod.id = "22222222222";
        t.images.web.from.account = "nobody";
        t.images.web.to[0].regions = ["mars-1"];
        t.images.web.typo = true;
      }),
    );
    expect(paths).toEqual(
      expect.arrayContaining([
        "accounts.prod.id",
        "images.web.from.account",
        "images.web.to[0].regions[0]",
        "images.web.typo",
      ]),
    );
  });

  test("names what is allowed", () => {
    const [problem] = problemsOf(broken((t) => (t.images.web.from.account = "bilder")));
    expect(problem?.allowed).toBe("builder, prod, staging");
    const [region] = problemsOf(broken((t) => (t.images.web.from.region = "eu-west-9")));
    expect(region?.allowed).toContain("eu-west-1");
  });

  test.each<[string, (topology: any) => void, object]>([
    [
      "text instead of a list",
      (t) => (t.images.web.to[0].regions = "eu-west-1"),
      { what: '"eu-west-1" cannot be used', allowed: "a list: [ ... ]" },
    ],
    [
      "an account id without quotes",
      (t) => (t.accounts.prod.id = 222222222222),
      { what: "222222222222 cannot be used", allowed: 'text in quotes: "..."' },
    ],
    ["what is missing", (t) => delete t.images.web.from.region, { what: "it is missing" }],
    [
      "what is empty",
      (t) => (t.images.web.to = []),
      { what: "it is empty", allowed: "at least one destination" },
    ],
    [
      "a setting that does not exist",
      (t) => (t.images.web.to[0].launch.size = 3),
      {
        path: "images.web.to[0].launch.size",
        what: "there is no such setting",
        allowed: expect.stringMatching(/^instanceType, minSize, maxSize, subnetIds, availabilityZones, /),
      },
    ],
    [
      "one of several words",
      (t) => (t.images.web.sharedTransfers = "sometimes"),
      { what: '"sometimes" cannot be used', allowed: '"auto", "always", "never"' },
    ],
  ])("%s is reported in the terms of the configuration", (_mistake, change, expected) => {
    expect(problemsOf(broken(change))).toEqual([expect.objectContaining(expected)]);
  });

  test.each([
    [null],
    [undefined],
    [42],
    ["text"],
    [[]],
    [{}],
    [{ name: 1, accounts: [], images: "x" }],
    [{ images: { web: null } }],
  ])("of a completely wrong shape (%j) is reported as a configuration error", (input) => {
    expect(problemsOf(input).length).toBeGreaterThan(0);
  });
});
