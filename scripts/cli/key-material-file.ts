import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import type { Host } from "./host";

const STANDARD_INPUT = 0;

export interface MaterialOptions {
  /** A file, or `-` for standard input. */
  readonly material?: string;
  /** A file that does not exist yet. */
  readonly generate?: string;
}

/**
 * Key material as bytes, which whoever gets them overwrites. A file that is generated can be read by its owner only.
 * @param length of what is generated, in bytes
 * @throws ConfigurationError when it cannot be read, or written
 */
export function keyMaterial(host: Host, { material, generate }: MaterialOptions, length: number): Buffer {
  if ((material === undefined) === (generate === undefined)) {
    const what = "name a file with the material, or one to be made with new material";
    throw new ConfigurationError(
      [{ path: "--material, --generate", what, allowed: "one of both" }],
      "the options",
    );
  }
  if (generate !== undefined) return generated(path.resolve(host.cwd, generate), length);
  return attempt("--material", "it cannot be read", () =>
    fs.readFileSync(
      material === "-" || material === undefined ? STANDARD_INPUT : path.resolve(host.cwd, material),
    ),
  );
}

function generated(file: string, length: number): Buffer {
  const bytes = randomBytes(length);
  attempt("--generate", "it cannot be written, and a file that exists is never overwritten", () =>
    fs.writeFileSync(file, bytes, { flag: "wx", mode: 0o600, flush: true }),
  );
  return bytes;
}

function attempt<T>(option: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError([{ path: option, what: `${what}: ${reason}` }], "the options");
  }
}
