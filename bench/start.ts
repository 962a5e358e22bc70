import path from "node:path";
import type { Bench } from "./bench";
import { secondsOf } from "./process-cpu";

const HELP = [path.join(__dirname, "../bin/keyferry.js"), "--help"];
const ROUNDS = 15;

/** Seconds of processor time that a command takes, as it reports itself; the minimum of several runs that alternate with the other commands. */
function leastSeconds(commands: readonly (readonly string[])[]): readonly number[] {
  const least = commands.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, argv] of commands.entries()) {
      least[index] = Math.min(least[index] ?? Infinity, secondsOf(argv));
    }
  }
  return least;
}

/** Start-up time of the command, from source, as it runs in the repository. */
export const startBench: Bench = () => {
  const [nothing = NaN, help = NaN] = leastSeconds([["-e", "0"], HELP]);
  return [
    { what: "node -e 0", value: nothing, unit: "s" },
    { what: "keyferry --help, from source", value: help, unit: "s" },
    { what: "ratio", value: help / nothing, unit: "times", aim: "at most 3" },
  ];
};
