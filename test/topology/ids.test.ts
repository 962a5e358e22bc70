import { jobIdOf, nodeIdIn, nodeIdOf } from "../../topology/ids";
import { resolveTopology } from "../../topology";
import { ACME } from "../_helpers/topologies";

const topology = resolveTopology(ACME);

test("the id of a node can be read back from its tag", () => {
  const [rule] = topology.rules;
  const [to] = rule?.to ?? [];
  if (rule === undefined || to === undefined) throw new Error("a rule with a destination");
  for (const stage of ["transit", "restored", "final", "share"] as const) {
    const id = nodeIdOf(rule, stage, to);
    expect(id).toBe(`web/${stage}/prod/eu-central-1`);
    expect(nodeIdIn(id)).toBe(id);
  }
  expect(jobIdOf(rule, to)).toBe("web -> prod eu-central-1");
});

test.each([
  undefined,
  "",
  "web",
  "ami-0123456789abcdef0",
  "web/final/prod",
  "web/final//eu-central-1",
  "web/other/prod/eu-central-1",
  "web/final/prod/eu-central-1/more",
  "web -> prod eu-central-1",
])("a text without the form of a node id is not an id: %s", (text) => {
  expect(nodeIdIn(text)).toBeUndefined();
});
