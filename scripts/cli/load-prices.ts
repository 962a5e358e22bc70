import fs from "node:fs";
import path from "node:path";
import { ConfigurationError, loadFailure } from "../../core/errors";
import { resolvePrices, type PriceTable } from "../../topology";
import type { Host } from "./host";

/**
 * Loads and validates the user's price table.
 * @param file relative to the working directory; JSON, or TypeScript or JavaScript with a default export
 * @throws ConfigurationError with every problem at once
 */
export function loadPrices(host: Pick<Host, "cwd" | "load">, file: string): PriceTable {
  return resolvePrices(read(host, path.resolve(host.cwd, file), file), file);
}

function read(host: Pick<Host, "load">, absolute: string, file: string): unknown {
  if (!fs.existsSync(absolute)) {
    throw new ConfigurationError([{ path: file, what: "there is no such file" }], "the price table");
  }
  try {
    if (absolute.endsWith(".json")) return JSON.parse(fs.readFileSync(absolute, "utf8")) as unknown;
    return (host.load(absolute) as { readonly default?: unknown }).default;
  } catch (error) {
    const what = `it cannot be read: ${loadFailure(error)}`;
    throw new ConfigurationError([{ path: file, what }], "the price table");
  }
}
