import { literal } from "../../stacks/literal";
import { parseLock, type LockedTopology } from "../../topology";
import { acme } from "../_helpers/topologies";

function locked(tags: Readonly<Record<string, string>>): LockedTopology {
  const topology = acme();
  const rules = topology.rules.map((rule) => ({ ...rule, tags }));
  return { topology: { ...topology, rules }, accounts: [], lock: parseLock(undefined, "keyferry.lock.json") };
}

test("a topology without template characters is the same object", () => {
  const plain = locked({ team: "web" });
  expect(literal(plain)).toBe(plain);
});

test.each([
  ["value", { team: "${web}" }, { team: "$${web}" }],
  ["name", { "100%{": "web" }, { "100%%{": "web" }],
])(
  "a template in the %s of a tag is escaped; parts without templates are the same objects",
  (_, tags, escaped) => {
    const given = locked(tags);
    const { topology } = literal(given);
    expect(topology.rules.map((rule) => rule.tags)).toEqual(given.topology.rules.map(() => escaped));
    expect(topology.accounts).toBe(given.topology.accounts);
  },
);
