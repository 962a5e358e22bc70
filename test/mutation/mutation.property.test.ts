import { KEY_ROWS, RUNNER_TRUST_ROWS, type PolicyDocument } from "../../policy";
import { RUNNER_ROWS } from "../../topology";
import { tableDocuments } from "../../topology/proof";
import { EXPLAINED_SURVIVORS } from "./explained";
import { mutationScore } from "./score";
import { mutationTopologies } from "./topologies";

const topologies = mutationTopologies();

test("the topologies that are mutated need every row of the permission table", () => {
  const used = new Set(
    topologies.flatMap((topology) => {
      const { keys, roles } = tableDocuments(topology);
      const named = [...roles.values()].flatMap(({ identity, trust = identity[0] }) => [...identity, trust]);
      return [...keys.values(), ...named].flatMap((document) =>
        (document?.document as PolicyDocument).Statement.map(({ Sid }) => Sid),
      );
    }),
  );
  const rows = [...KEY_ROWS, ...RUNNER_ROWS, ...RUNNER_TRUST_ROWS].map((row) => row.id);
  expect(rows.filter((id) => !used.has(id))).toEqual([]);
});

test("every mutation of every row is noticed by a proof, but for those that change nothing", () => {
  const { tallies, survivors } = mutationScore(topologies);
  const found = new Set(survivors.map(({ row, what }) => `${row} ${what}`));
  expect([...found].sort()).toEqual(EXPLAINED_SURVIVORS.map(({ row, what }) => `${row} ${what}`).sort());
  for (const { kind, mutations, noticed } of tallies) {
    expect(mutations).toBeGreaterThan(50);
    if (kind === "narrowed") expect(noticed).toBe(mutations);
  }
});
