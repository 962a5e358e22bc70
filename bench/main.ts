import type { Bench, Measurement } from "./bench";
import { engineBench } from "./engine";
import { lintBench } from "./lint";
import { memoryBench } from "./memory";
import { objectBench } from "./object";
import { policyBench } from "./policy";
import { proofBench } from "./proof";
import { replicasBench } from "./replicas";
import { reviewBench } from "./review";
import { sandboxBench } from "./sandbox";
import { startBench } from "./start";
import { synthBench } from "./synth";

/** Benchmarks by the name with which `npm run bench -- NAME...` runs them; without a name, all run. */
const BENCHES: Readonly<Record<string, Bench>> = {
  engine: engineBench,
  lint: lintBench,
  memory: memoryBench,
  object: objectBench,
  policy: policyBench,
  proof: proofBench,
  replicas: replicasBench,
  review: reviewBench,
  sandbox: sandboxBench,
  start: startBench,
  synth: synthBench,
};

const HEAD = ["bench", "what", "measured", "aim"];

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => BENCHES[name] === undefined);
  if (unknown.length > 0) {
    console.error(
      `There is no benchmark ${unknown.join(", ")}; available: ${Object.keys(BENCHES).join(", ")}.`,
    );
    return 2;
  }
  const rows = [HEAD];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (names.length > 0 && !names.includes(name)) continue;
    rows.push(...(await bench()).map((measurement) => rowOf(name, measurement)));
  }
  console.log(table(rows));
  return 0;
}

function rowOf(name: string, { what, value, unit, aim = "" }: Measurement): string[] {
  return [name, what, `${value < 100 ? value.toFixed(2) : Math.round(value)} ${unit}`, aim];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
