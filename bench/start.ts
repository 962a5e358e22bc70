import { spawnSync } from "node:child_process";
import path from "node:path";
import type { Bench } from "./bench";

const TELL_CPU = path.join(__dirname, "tell-cpu.cjs");
const HELP = [path.join(__dirname, "../bin/keyferry.js"), "--help"];
const ROUNDS = 15;

/** Seconds of processor time that a command takes, by itself; the least of several, by turns with the others. */
function secondsOf(commands: readonly (readonly string[])[]): readonly number[] {
  const least = commands.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, argv] of commands.entries()) {
      const { output } = spawnSync(process.execPath, ["-r", TELL_CPU, ...argv], {
        stdio: ["ignore", "ignore", "ignore", "pipe"],
      });
      least[index] = Math.min(least[index] ?? Infinity, Number(output[3]) / 1e6);
    }
  }
  return least;
}

/** How soon the command answers, from source, as it runs in the repository. */
export const startBench: Bench = () => {
  const [nothing = NaN, help = NaN] = secondsOf([["-e", "0"], HELP]);
  return [
    { what: "node -e 0", value: nothing, unit: "s" },
    { what: "keyferry --help, from source", value: help, unit: "s" },
    { what: "the one in terms of the other", value: help / nothing, unit: "times", aim: "at most 3" },
  ];
};
