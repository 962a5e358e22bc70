import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import { readIfPresent } from "../../core/whole-file";
import { COPIES_FILE } from "../../core/workspace";
import { parseCopies, type StackFiles, type Synthesis } from "../../review";
import { readSynthesised } from "./read-synthesised";

/**
 * The output of the last synthesis into a directory, for a review.
 * @throws ConfigurationError when there are no stacks, or something cannot be read
 */
export function readSynthesis(directory: string): Synthesis {
  const stacks = readSynthesised(directory) as StackFiles;
  const file = path.join(directory, COPIES_FILE);
  const text = readIfPresent(file);
  if (text === undefined) return { stacks };
  const parsed = parseCopies(text);
  if ("copies" in parsed) return { stacks, copies: parsed.copies };
  throw new ConfigurationError(
    [{ path: file, what: parsed.problem, fix: "run `npx keyferry synth` again" }],
    "the synthesised copy jobs",
  );
}
