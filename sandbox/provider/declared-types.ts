import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** What synthesis writes for a stack, as far as its types are concerned. */
interface SynthesisedStack {
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * The types of resources and data sources that the stacks of a directory have ever declared: what is declared no more is
 * still in Terraform's state, which needs its schema to destroy it.
 */
export class DeclaredTypes {
  private readonly types = new Set<string>();

  /** @param synthDir where the stacks are synthesised */
  constructor(private readonly synthDir: string) {}

  /** Reads the stacks as they are now. */
  known(): ReadonlySet<string> {
    for (const file of stackFiles(this.synthDir)) {
      const { resource, data } = JSON.parse(readFileSync(file, "utf8")) as SynthesisedStack;
      for (const type of Object.keys({ ...resource, ...data })) this.types.add(type);
    }
    return this.types;
  }
}

function stackFiles(synthDir: string): readonly string[] {
  const stacks = path.join(synthDir, "stacks");
  if (!existsSync(stacks)) return [];
  return readdirSync(stacks)
    .map((stack) => path.join(stacks, stack, "cdk.tf.json"))
    .filter((file) => existsSync(file));
}
