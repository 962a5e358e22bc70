import fs from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";
import type { SynthesisedStack } from "../../topology/proof";

/**
 * The stacks of the last synthesis into a directory, by name.
 * @throws ConfigurationError when there are none, or one cannot be read
 */
export function readSynthesised(directory: string): Readonly<Record<string, SynthesisedStack>> {
  const below = path.join(directory, "stacks");
  const names = fs.existsSync(below) ? fs.readdirSync(below).filter(isCurrent(directory)).sort() : [];
  const stacks = names.flatMap((name): [string, SynthesisedStack][] => {
    const file = path.join(below, name, "cdk.tf.json");
    return fs.existsSync(file) ? [[name, readStack(file)]] : [];
  });
  if (stacks.length > 0) return Object.fromEntries(stacks);
  throw new ConfigurationError(
    [
      {
        path: directory,
        what: "there are no synthesised stacks",
        fix: "run `npx keyferry synth` first, or name another directory with --synth",
      },
    ],
    "the synthesised stacks",
  );
}

/** Stacks of an earlier synthesis, for accounts that were renamed or removed since, stay next to those of the last one. */
function isCurrent(directory: string): (stack: string) => boolean {
  const manifest = path.join(directory, "manifest.json");
  if (!fs.existsSync(manifest)) return () => true;
  const { stacks } = readStack(manifest) as { readonly stacks?: object };
  return (stack) => stacks === undefined || Object.hasOwn(Object(stacks) as object, stack);
}

function readStack(file: string): SynthesisedStack {
  try {
    return (JSON.parse(fs.readFileSync(file, "utf8")) ?? {}) as SynthesisedStack;
  } catch (cause) {
    const what = `it cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ConfigurationError(
      [{ path: file, what, fix: "run `npx keyferry synth` again" }],
      "the synthesised stacks",
    );
  }
}
