import {
  BATCH_ROWS,
  BATCH_TRUST_ROWS,
  BUCKET_ROWS,
  IMAGE_BUCKET_ROWS,
  IMAGE_PUSHER_ROWS,
  KEY_ROWS,
  REPLICA_KEY_ROWS,
  REPLICATE_ROWS,
  REPLICATION_ROWS,
  REPLICATION_TRUST_ROWS,
  RUNNER_TRUST_ROWS,
  type PolicyDocument,
} from "../../policy";
import type { NamedDocument } from "@keyferry/evaluator";
import { RUNNER_ROWS } from "../../topology";
import { tableDocuments } from "../../topology/proof";
import { EXPLAINED_SURVIVORS } from "./explained";
import { mutationScore } from "./score";
import { mutationTopologies } from "./topologies";

const topologies = mutationTopologies();

test("the mutated topologies use every row of the permission table", () => {
  const used = new Set(
    topologies.flatMap((topology) => {
      const { keys, buckets = new Map<string, NamedDocument>(), roles } = tableDocuments(topology);
      const named = [...roles.values()].flatMap(({ identity, trust = identity[0] }) => [...identity, trust]);
      return [...keys.values(), ...buckets.values(), ...named].flatMap((document) =>
        (document?.document as PolicyDocument).Statement.map(({ Sid }) => Sid),
      );
    }),
  );
  const copyRows = [...KEY_ROWS, ...RUNNER_ROWS, ...RUNNER_TRUST_ROWS];
  const imageRows = [...IMAGE_BUCKET_ROWS, ...IMAGE_PUSHER_ROWS];
  const bucketRows = [
    ...imageRows,
    ...BUCKET_ROWS,
    ...REPLICA_KEY_ROWS,
    ...REPLICATION_ROWS,
    ...REPLICATION_TRUST_ROWS,
  ];
  const jobRows = [...REPLICATE_ROWS, ...BATCH_ROWS, ...BATCH_TRUST_ROWS];
  const rows = [...copyRows, ...bucketRows, ...jobRows].map((row) => row.id);
  expect(rows.filter((id) => !used.has(id))).toEqual([]);
});

test("a proof notices every mutation of every row, except those that change nothing", () => {
  const { tallies, survivors } = mutationScore(topologies);
  const found = new Set(survivors.map(({ row, what }) => `${row} ${what}`));
  expect([...found].sort()).toEqual(EXPLAINED_SURVIVORS.map(({ row, what }) => `${row} ${what}`).sort());
  for (const { mutations } of tallies) expect(mutations).toBeGreaterThan(50);
  // A removed permission that is needed is always noticed; a wider Deny may deny nothing more.
  const denying = new Set(
    [...BUCKET_ROWS, ...IMAGE_BUCKET_ROWS].filter(({ effect }) => effect === "Deny").map(({ id }) => id),
  );
  expect(survivors.filter(({ kind, row }) => kind === "narrowed" && !denying.has(row))).toEqual([]);
});
