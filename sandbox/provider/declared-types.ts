import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The parts of a Terraform configuration in JSON that name types. */
interface JsonConfiguration {
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The first line of a block in Terraform's own language. */
const BLOCK = /^\s*(?:resource|data)\s+"(\w+)"/gm;
/** Where Terraform keeps providers and copies of modules; modules in the directory itself are read at their own path. */
const WORKING_DIRECTORY = ".terraform";

/**
 * The types of resources and data sources that the configurations below a directory have ever declared. A resource that is no
 * longer declared can still be in Terraform's state, and Terraform needs its schema to destroy it.
 */
export class DeclaredTypes {
  private readonly types = new Set<string>();

  /** @param directory contains the configurations, at any depth; it need not exist yet */
  constructor(private readonly directory: string) {}

  /** Reads the configurations as they are now. */
  known(): ReadonlySet<string> {
    for (const file of filesBelow(this.directory)) {
      for (const type of declaredIn(file)) this.types.add(type);
    }
    return this.types;
  }
}

function declaredIn(file: string): readonly string[] {
  if (file.endsWith(".tf")) {
    return [...readFileSync(file, "utf8").matchAll(BLOCK)].map(([, type = ""]) => type);
  }
  if (!file.endsWith(".tf.json")) return [];
  const { resource, data } = JSON.parse(readFileSync(file, "utf8")) as JsonConfiguration;
  return Object.keys({ ...resource, ...data });
}

function filesBelow(directory: string): readonly string[] {
  return entriesOf(directory).flatMap((entry): readonly string[] => {
    const file = path.join(directory, entry.name);
    if (entry.isFile()) return [file];
    return entry.isDirectory() && entry.name !== WORKING_DIRECTORY ? filesBelow(file) : [];
  });
}

function entriesOf(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
