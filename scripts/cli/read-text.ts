import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import type { Host } from "./host";

const STANDARD_INPUT = 0;

/**
 * Reads the text of a file, or of standard input until it ends.
 * @param file relative to the working directory, or `-` for standard input
 * @param what it is, for people: `the policy`
 * @throws ConfigurationError when it cannot be read
 */
export function readText(host: Host, file: string, what: string): string {
  try {
    return fs.readFileSync(file === "-" ? STANDARD_INPUT : path.resolve(host.cwd, file), "utf8");
  } catch (cause) {
    const problem = `it cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ConfigurationError([{ path: file, what: problem }], what);
  }
}
