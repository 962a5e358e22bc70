import { buildGraph, runnerAccess, runnerPolicy } from "../../topology";
import { proofProblems, proveTopology } from "../../topology/proof";
import type { Statement } from "../../policy";
import { registered, registeredAtHome } from "../_helpers/topologies";

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

it("goes as a copy does, through a transit copy where its key cannot be shared, and is registered where it ends", () => {
  const topology = registered();
  const [rule] = topology.rules;
  if (rule === undefined) throw new Error("no rule");
  const snapshots = [{ snapshotId: "snap-1", deviceName: "/dev/xvda", sizeGiB: 8, key: MANAGED }];
  const { nodes, because } = buildGraph(topology, rule, { id: "ami-1", name: "web-1", snapshots });
  expect(nodes.map(({ id, registered: isRegistered }) => [id, isRegistered])).toEqual([
    ["web/transit/builder/eu-west-1", undefined],
    ["web/final/prod/eu-central-1", true],
    ["web/final/staging/eu-west-1", true],
  ]);
  expect(because).toContain("by the route register-image: snapshot by snapshot, and registered there");
});

it("proves every call of the journey, and that nothing around it is allowed", () => {
  const topology = registered();
  const proof = proveTopology(topology);
  expect(proofProblems(topology, proof)).toEqual([]);
  expect(proof.ok).toBe(true);
});

it("lets a destination copy snapshots and register its own ones, and no image as a whole", () => {
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

it("lets the source's account make transit copies, and register nothing", () => {
  const statements = statementsOf("builder");
  expect(statements.has("CopyImages")).toBe(true);
  for (const sid of ["CopyImageSnapshots", "RegisterImages", "RegisterOwnSnapshots"])
    expect(statements.has(sid)).toBe(false);
});

it("lets the owner read an image's UEFI data where it shares nothing", () => {
  const topology = registeredAtHome();
  const [builder] = topology.accounts;
  if (builder === undefined) throw new Error("no account");
  const policy = runnerPolicy(runnerAccess(topology, builder));
  expect(policy.find(({ sid }) => sid === "ReadRegisteredSources")?.resources).toEqual([
    "arn:aws:ec2:eu-west-1::image/*",
  ]);
  expect(proveTopology(topology).ok).toBe(true);
});
