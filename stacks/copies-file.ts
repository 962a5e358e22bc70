import path from "node:path";
import { writeIfChanged } from "../core/whole-file";
import { COPIES_FILE } from "../core/workspace";
import { declaredCopies, type Topology } from "../topology";
import type { SynthSettings } from "./settings";

/**
 * Writes the copy jobs next to the stacks: no stack contains them, and reviewers of a change need them. An empty list is also written,
 * so that only a synthesis by another program has no list.
 */
export function writeCopies(topology: Topology, { outdir }: SynthSettings): void {
  const text = `${JSON.stringify({ version: 1, copies: declaredCopies(topology) }, undefined, 1)}\n`;
  writeIfChanged(path.join(outdir, COPIES_FILE), text);
}
