import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A configuration of Terraform in JSON, as far as its types are concerned. */
interface JsonConfiguration {
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The first line of a block in Terraform's own language. */
const BLOCK = /^\s*(?:resource|data)\s+"(\w+)"/gm;
/** Where Terraform keeps providers and copies of modules; a module of the directory itself is read where it is. */
const WORKING_DIRECTORY = ".terraform";

/**
 * The types of resources and data sources that the configurations below a directory have ever declared: what is declared no
 * more is still in Terraform's state, which needs its schema to destroy it.
 */
export class DeclaredTypes {
  private readonly types = new Set<string>();

  /** @param directory with the configurations, at any depth; it need not exist yet */
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
