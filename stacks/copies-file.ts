import path from "node:path";
import { writeIfChanged } from "../core/whole-file";
import { COPIES_FILE } from "../core/workspace";
import { declaredCopies, type Topology } from "../topology";
import type { SynthSettings } from "./settings";

/**
 * Writes the copy jobs beside the stacks: no stack holds them, and who reviews a change wants to see them. An empty list is written
 * as well, so that only a synthesis of somebody else has none.
 */
export function writeCopies(topology: Topology, { outdir }: SynthSettings): void {
  const text = `${JSON.stringify({ version: 1, copies: declaredCopies(topology) }, undefined, 1)}\n`;
  writeIfChanged(path.join(outdir, COPIES_FILE), text);
}
