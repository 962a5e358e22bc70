import fs from "node:fs";
import path from "node:path";
import { runProgramFile } from "../../core/program-file";
import { resolvePrices, type PriceTable } from "../../topology";
import type { Host } from "./host";

/**
 * Loads and validates the user's price table.
 * @param file relative to the working directory; JSON, or TypeScript or JavaScript with a default export
 * @throws ConfigurationError with all problems
 */
export function loadPrices(host: Pick<Host, "cwd" | "load">, file: string): PriceTable {
  return resolvePrices(read(host, path.resolve(host.cwd, file), file), file);
}

function read(host: Pick<Host, "load">, absolute: string, file: string): unknown {
  const load = (program: string): unknown =>
    program.endsWith(".json")
      ? { default: JSON.parse(fs.readFileSync(program, "utf8")) as unknown }
      : host.load(program);
  return runProgramFile({ file: absolute, named: file, origin: "the price table", load });
}
