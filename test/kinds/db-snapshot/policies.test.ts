import type { ConfigurationError } from "../../../core/errors";
import { keyPolicy, proofTarget, renderPolicy } from "../../../policy";
import {
  keyDeclarations,
  resolveTopology,
  runnerAccess,
  runnerPolicy,
  type Topology,
} from "../../../topology";
import { acme, databases, DATABASES, databasesAndImages, snapshots } from "../../_helpers/topologies";

function documents(topology: Topology): string {
  const roles = topology.accounts.map((account) => runnerPolicy(runnerAccess(topology, account)));
  const keys = keyDeclarations(topology).map((key) => keyPolicy(key));
  return JSON.stringify([...roles, ...keys].map((statements) => renderPolicy(statements, proofTarget)));
}

test("without databases, no role has permissions on RDS, and no key is used through it", () => {
  for (const topology of [acme(), snapshots()]) expect(documents(topology)).not.toMatch(/rds[:.]/);
});

test("with only databases, no role has permissions on EBS snapshots, and no key is used through EC2", () => {
  const text = documents(databases());
  expect(text).toContain("rds.eu-west-1.amazonaws.com");
  expect(text).not.toMatch(/ec2\.[a-z0-9-]+\.amazonaws|ec2:(Modify|Copy|Delete|CreateTags)/);
});

test("with databases and images, each service has its own statements", () => {
  const text = documents(databasesAndImages());
  expect(text).toMatch(/"CopiersGrantToEbs".*"CopiersGrantToRds"/);
});

test.each<[string, object, string]>([
  ["no snapshot", {}, "it does not name a snapshot"],
  ["two", { snapshot: "orders-1", clusterSnapshot: "orders-1" }, "it selects the snapshot in two ways"],
  ["no database", { newest: {} }, "it does not name exactly one database"],
  ["two databases", { newest: { instance: "a", cluster: "b" } }, "it does not name exactly one database"],
])("a rule that names %s is refused", (_what, select, words) => {
  const { golden } = DATABASES.databases;
  const from = { account: "builder", region: "eu-west-1", ...select };
  const input = { ...DATABASES, databases: { golden: { ...golden, from } } };
  let problems: unknown;
  try {
    resolveTopology(input);
  } catch (error) {
    ({ problems } = error as ConfigurationError);
  }
  expect(problems).toEqual([expect.objectContaining({ what: expect.stringContaining(words) })]);
});
