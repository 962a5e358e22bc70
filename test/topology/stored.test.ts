import { buildGraph, imageBuckets, keyDeclarations, resolveTopology, runnerAccess } from "../../topology";
import { proofProblems, proveTopology } from "../../topology/proof";
import { ConfigurationError } from "../../core/errors";
import { STORED, stored } from "../_helpers/topologies";

const PROD_BUCKET = "keyferry-stored-222222222222-eu-central-1";

function problemsOf(to: object): readonly string[] {
  try {
    resolveTopology({ ...STORED, images: { web: { ...STORED.images.web, to: [to] } } });
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

function accountNamed(name: string) {
  const account = stored().accounts.find((one) => one.name === name);
  if (account === undefined) throw new Error(name);
  return account;
}

it("is copied as an object into each destination, restored there, and copied under the home key", () => {
  const topology = stored();
  const [rule] = topology.rules;
  if (rule === undefined) throw new Error("no rule");
  const key = {
    arn: "arn:aws:kms:eu-west-1:111111111111:key/1",
    manager: "AWS" as const,
    aliases: ["alias/aws/ebs"],
  };
  const snapshots = [{ snapshotId: "snap-1", deviceName: "/dev/xvda", sizeGiB: 8, key }];
  const { nodes, shareSourceWith, because } = buildGraph(topology, rule, {
    id: "ami-1",
    name: "web-1",
    snapshots,
  });
  expect(nodes.map(({ id, madeFrom }) => [id, "id" in madeFrom ? madeFrom.id : "source"])).toEqual([
    ["web/restored/prod/eu-central-1", "source"],
    ["web/restored/staging/eu-west-1", "source"],
    ["web/final/prod/eu-central-1", "web/restored/prod/eu-central-1"],
    ["web/final/staging/eu-west-1", "web/restored/staging/eu-west-1"],
  ]);
  expect(nodes[0]?.restored).toMatchObject({
    from: { bucket: "keyferry-stored-111111111111-eu-west-1", prefix: "stored/web/" },
    to: { bucket: PROD_BUCKET, prefix: "received/web/" },
  });
  expect(shareSourceWith).toEqual([]);
  expect(because).toMatch(/^prod in eu-central-1, staging in eu-west-1 by the route store-restore/);
});

it("needs no transit key, and allows neither account's role to use a key of the other", () => {
  const topology = stored();
  expect(keyDeclarations(topology).map(({ purpose, account }) => [purpose, account])).toEqual([
    ["home", "222222222222"],
    ["home", "333333333333"],
  ]);
  expect(
    runnerAccess(topology, accountNamed("builder")).keys.map(({ key, as }) => [key.account, as]),
  ).toEqual([["111111111111", "read"]]);
  expect(runnerAccess(topology, accountNamed("prod")).keys.map(({ key, as }) => [key.account, as])).toEqual([
    ["222222222222", "write"],
  ]);
});

it("proves that every call of the copy is allowed, and similar calls are refused", () => {
  const topology = stored();
  const proof = proveTopology(topology);
  expect(proofProblems(topology, proof)).toEqual([]);
  expect(proof.ok).toBe(true);
});

it("allows the source's role to write only below the prefix of its rule", () => {
  const bucket = imageBuckets(stored()).find((one) => one.bucket === PROD_BUCKET);
  expect(bucket?.pushers).toEqual([
    { account: "111111111111", roleName: "keyferry-stored-runner", prefixes: ["received/web/"] },
  ]);
});

it("refuses a destination that already has the image, and settings that are only for shares", () => {
  expect(problemsOf({ account: "builder", regions: ["eu-west-1"], route: "store-restore" })).toEqual([
    "images.web.to[0].regions[0]",
  ]);
  expect(
    problemsOf({ account: "prod", regions: ["eu-west-1"], route: "store-restore", volumesUnder: "own-key" }),
  ).toEqual(["images.web.to[0].volumesUnder"]);
});
