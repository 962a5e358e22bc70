import { ConfigurationError } from "../../core/errors";
import { buildGraph, resolveTopology, runnerAccess, runnerPolicy } from "../../topology";
import { proofProblems, proveTopology } from "../../topology/proof";
import type { Statement } from "../../policy";
import { registered, registeredAtHome, WITH_VOLUME_KEYS } from "../_helpers/topologies";

const MANAGED = {
  arn: "arn:aws:kms:eu-west-1:111111111111:key/1",
  manager: "AWS" as const,
  aliases: ["alias/aws/ebs"],
};

function statementsOf(name: string): ReadonlyMap<string, Statement> {
  const topology = registered();
  const account = topology.accounts.find((one) => one.name === name);
  if (account === undefined) throw new Error(name);
  return new Map(runnerPolicy(runnerAccess(topology, account)).map((one) => [one.sid, one]));
}

it("uses a transit copy if its key cannot be shared, like copy-image, and is registered in the destination", () => {
  const topology = registered();
  const [rule] = topology.rules;
  if (rule === undefined) throw new Error("no rule");
  const snapshots = [{ snapshotId: "snap-1", deviceName: "/dev/xvda", sizeGiB: 8, key: MANAGED }];
  const { nodes, because } = buildGraph(topology, rule, { id: "ami-1", name: "web-1", snapshots });
  expect(nodes.map(({ id, registered: isRegistered }) => [id, isRegistered?.keyAliases])).toEqual([
    ["web/transit/builder/eu-west-1", undefined],
    ["web/final/prod/eu-central-1", {}],
    ["web/final/staging/eu-west-1", {}],
  ]);
  expect(because).toContain(
    "by the route register-image: each snapshot is copied, and the image is registered there",
  );
});

it("proves that every call of the copy is allowed, and similar calls are refused", () => {
  const topology = registered();
  const proof = proveTopology(topology);
  expect(proofProblems(topology, proof)).toEqual([]);
  expect(proof.ok).toBe(true);
});

it("allows a destination to copy snapshots and register images from its own ones, but not to copy images", () => {
  const statements = statementsOf("prod");
  expect(statements.get("RegisterImages")?.resources).toEqual(["arn:aws:ec2:eu-central-1::image/*"]);
  expect(statements.get("RegisterOwnSnapshots")).toMatchObject({
    resources: ["arn:aws:ec2:eu-central-1::snapshot/*"],
    conditions: { StringEquals: { "aws:ResourceTag/keyferry:topology": ["registered"] } },
  });
  expect(statements.get("TagCopies")?.conditions).toEqual({
    StringEquals: { "ec2:CreateAction": ["CopySnapshot", "RegisterImage"] },
  });
  expect(statements.has("CopyImages")).toBe(false);
});

it("allows the source's account to make transit copies, but not to register images", () => {
  const statements = statementsOf("builder");
  expect(statements.has("CopyImages")).toBe(true);
  for (const sid of ["CopyImageSnapshots", "RegisterImages", "RegisterOwnSnapshots"])
    expect(statements.has(sid)).toBe(false);
});

it("allows the owner to read an image's UEFI data even if nothing is shared", () => {
  const topology = registeredAtHome();
  const [builder] = topology.accounts;
  if (builder === undefined) throw new Error("no account");
  const policy = runnerPolicy(runnerAccess(topology, builder));
  expect(policy.find(({ sid }) => sid === "ReadRegisteredSources")?.resources).toEqual([
    "arn:aws:ec2:eu-west-1::image/*",
  ]);
  expect(proveTopology(topology).ok).toBe(true);
});

describe("keys of some volumes", () => {
  const [prod, staging] = WITH_VOLUME_KEYS.images.web.to;

  it("can be used by the destination's role like its home key, and every call is proved", () => {
    const topology = resolveTopology(WITH_VOLUME_KEYS);
    const account = topology.accounts.find(({ name }) => name === "prod");
    if (account === undefined) throw new Error("no account");
    const written = runnerAccess(topology, account).keys.filter(({ as }) => as === "write");
    expect(written.map(({ key }) => key.alias)).toEqual([
      "alias/keyferry/registered/home",
      "alias/keyferry/registered/app-data/1",
    ]);
    const proof = proveTopology(topology);
    expect(proofProblems(topology, proof)).toEqual([]);
    expect(proof.ok).toBe(true);
  });

  it.each<[string, object, string]>([
    ["of another route", { ...prod, route: "copy-image" }, "volumeKeys"],
    ["that are not declared", { ...prod, volumeKeys: { "/dev/sdf": "missing" } }, "volumeKeys./dev/sdf"],
    ["of another account", { ...prod, volumeKeys: { "/dev/sdf": "staging-data" } }, "volumeKeys./dev/sdf"],
    ["only in another Region", { ...prod, regions: ["eu-north-1"] }, "volumeKeys./dev/sdf"],
    [
      "under which EC2 Auto Scaling may not launch",
      { ...prod, launch: { instanceType: "t3.micro" } },
      "volumeKeys./dev/sdf",
    ],
  ])("are refused %s", (_what, to, path) => {
    const images = { web: { ...WITH_VOLUME_KEYS.images.web, to: [to, staging] } };
    try {
      resolveTopology({ ...WITH_VOLUME_KEYS, images });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      expect(error.problems.map((problem) => problem.path)).toEqual([`images.web.to[0].${path}`]);
      return;
    }
    throw new Error("not refused");
  });

  it("support launches if the key allows EC2 Auto Scaling", () => {
    const images = {
      web: { ...WITH_VOLUME_KEYS.images.web, to: [{ ...prod, launch: { instanceType: "t3.micro" } }] },
    };
    const keys = {
      "app-data": { ...WITH_VOLUME_KEYS.keys["app-data"], launchGrants: [{ account: "prod" }] },
    };
    expect(() => resolveTopology({ ...WITH_VOLUME_KEYS, keys, images })).not.toThrow();
  });
});
