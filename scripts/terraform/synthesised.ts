import { readFileSync } from "node:fs";
import path from "node:path";
import { ConfigurationError } from "../../core/errors";

/** A synthesised stack. */
export interface Stack {
  readonly name: string;
  /** Absolute; Terraform runs there. */
  readonly directory: string;
  /** Names of the stacks whose outputs it reads. */
  readonly dependencies: readonly string[];
}

interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly workingDirectory: string; readonly dependencies: readonly string[] }>
  >;
}

/** The stacks of a synthesis; a stack comes after those that it reads. */
export function readStacks(synthDir: string): readonly Stack[] {
  const { stacks } = JSON.parse(readFileSync(path.join(synthDir, "manifest.json"), "utf8")) as Manifest;
  const ordered: Stack[] = [];
  const add = (name: string) => {
    const stack = stacks[name];
    if (stack === undefined || ordered.some((known) => known.name === name)) return;
    stack.dependencies.forEach(add);
    const directory = path.join(synthDir, stack.workingDirectory);
    ordered.push({ name, directory, dependencies: stack.dependencies });
  };
  Object.keys(stacks).forEach(add);
  return ordered;
}

/**
 * The stacks that match any of the patterns. In a pattern, `*` stands for any text.
 * @param namesOf the names that match a stack. @default - only its own name
 * @throws ConfigurationError with every pattern that matches nothing
 */
export function selectStacks(
  stacks: readonly Stack[],
  patterns: readonly string[],
  namesOf: (stack: Stack) => readonly string[] = ({ name }) => [name],
): readonly Stack[] {
  const fits = (pattern: string, stack: Stack) => namesOf(stack).some((name) => matches(pattern, name));
  const unmatched = patterns.filter((pattern) => !stacks.some((stack) => fits(pattern, stack)));
  if (unmatched.length > 0) {
    const allowed = stackNames(stacks);
    throw new ConfigurationError(
      unmatched.map((pattern) => ({ path: pattern, what: "no stack has this name", allowed })),
      "the stacks",
    );
  }
  return stacks.filter((stack) => patterns.some((pattern) => fits(pattern, stack)));
}

/**
 * The same for `deploy` and `diff`, where the stack of an account that left the topology also matches its former name, so that
 * deploying the foundation withdraws access.
 */
export function selectWithDropped(stacks: readonly Stack[], patterns: readonly string[]): readonly Stack[] {
  return selectStacks(stacks, patterns, (stack) =>
    isDropped(stack) ? [stack.name, stack.name.replace(/^dropped-/, "foundation-")] : [stack.name],
  );
}

/** Whether a stack belongs to an account that left the topology. Its failure blocks nothing: the account's role may no longer exist. */
export function isDropped({ name }: Pick<Stack, "name">): boolean {
  return name.startsWith("dropped-");
}

/** The names that a command line can use. */
export function stackNames(stacks: readonly Stack[]): string {
  return `${stacks.map(({ name }) => name).join(", ")}; patterns such as 'foundation-*', and '*' for all`;
}

function matches(pattern: string, name: string): boolean {
  const literals = pattern.split("*").map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`).test(name);
}
