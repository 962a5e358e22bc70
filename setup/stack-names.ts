import { readFileSync } from "node:fs";
import path from "node:path";
import { KeyferryError } from "../core/errors";

/**
 * The synthesised stacks that match any of the patterns, in the order of the synthesis; all of them without a
 * pattern. In a pattern, `*` stands for any text.
 *
 * @throws KeyferryError `StackUnknown` when a pattern matches nothing
 */
export function selectStacks(synthDir: string, patterns: readonly string[]): string[] {
  const manifest = JSON.parse(readFileSync(path.join(synthDir, "manifest.json"), "utf8")) as {
    stacks: Record<string, unknown>;
  };
  const names = Object.keys(manifest.stacks);
  const unmatched = patterns.filter((pattern) => !names.some((name) => matches(pattern, name)));
  if (unmatched.length > 0) {
    throw new KeyferryError(`no stack is called ${unmatched.join(" or ")}; there are ${names.join(", ")}`, {
      code: "StackUnknown",
      source: "user",
    });
  }
  return names.filter((name) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, name)));
}

function matches(pattern: string, name: string): boolean {
  const literals = pattern.split("*").map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`).test(name);
}
