import { EXPLAINED_SURVIVORS } from "./explained";
import { mutationScore, type Survivor, type Tally } from "./score";
import { mutationTopologies } from "./topologies";

/** `npm run mutate`: the score of the proofs, and the surviving mutations with their reasons. Exits 1 if a survivor has no reason. */
function main(write: (text: string) => void): number {
  const { tallies, survivors } = mutationScore(mutationTopologies());
  write("Each permission row of the sample topologies, with one change at a time:");
  for (const basis of ["enforced", "documented"] as const) {
    for (const tally of tallies.filter((candidate) => candidate.basis === basis)) write(`  ${lineOf(tally)}`);
  }
  const unexplained = survivors.filter((survivor) => reasonOf(survivor) === undefined);
  write(`${survivors.length} survive, ${unexplained.length} of them without an explanation`);
  for (const explained of EXPLAINED_SURVIVORS) {
    const alike = survivors.filter((survivor) => reasonOf(survivor) === explained);
    write(`  ${explained.row} ${explained.what} (${alike.length}): ${explained.why}`);
  }
  for (const { row, what, document } of unexplained) write(`  UNEXPLAINED ${row} ${what}, ${document}`);
  return unexplained.length === 0 ? 0 : 1;
}

function lineOf({ basis, kind, mutations, noticed }: Tally): string {
  const percent = ((100 * noticed) / mutations).toFixed(1);
  return `${basis.padEnd(10)} ${kind.padEnd(8)} ${noticed} of ${mutations} noticed (${percent} %)`;
}

function reasonOf({ row, what }: Survivor) {
  return EXPLAINED_SURVIVORS.find((explained) => explained.row === row && explained.what === what);
}

process.exitCode = main((text) => process.stdout.write(`${text}\n`));
