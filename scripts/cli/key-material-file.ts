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

/** Key material as bytes; the caller overwrites them after use. */
export interface KeyMaterial {
  readonly material: Buffer;
  /** Writes generated material to its file, which only its owner can read. @throws ConfigurationError if that fails */
  readonly keep?: () => void;
}

/**
 * Reads or generates key material.
 * @param length of generated material, in bytes
 * @throws ConfigurationError when it cannot be read
 */
export function keyMaterial(
  host: Host,
  { material, generate }: MaterialOptions,
  length: number,
): KeyMaterial {
  if ((material === undefined) === (generate === undefined)) {
    const what = "name a file with the material, or a file to create with new material";
    throw new ConfigurationError(
      [{ path: "--material, --generate", what, allowed: "exactly one of the two" }],
      "the options",
    );
  }
  if (generate !== undefined) return generated(path.resolve(host.cwd, generate), length);
  const read = attempt("--material", "it cannot be read", () =>
    fs.readFileSync(
      material === "-" || material === undefined ? STANDARD_INPUT : path.resolve(host.cwd, material),
    ),
  );
  return { material: read };
}

function generated(file: string, length: number): KeyMaterial {
  const material = randomBytes(length);
  const write = () => fs.writeFileSync(file, material, { flag: "wx", mode: 0o600, flush: true });
  const problem = "it cannot be written; existing files are never overwritten";
  return { material, keep: () => attempt("--generate", problem, write) };
}

function attempt<T>(option: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError([{ path: option, what: `${what}: ${reason}` }], "the options");
  }
}
