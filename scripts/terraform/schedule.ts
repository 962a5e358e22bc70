import { must } from "../../core/must";
import pLimit from "p-limit";
import type { Outcome } from "./outcome";

/** A stack and what it waits for. */
export interface Scheduled {
  readonly name: string;
  /** Stacks that must be deployed successfully first; if one is not, this one is not started. */
  readonly needs: readonly string[];
}

/** Outcomes after which stacks that depend on this one can start. */
const READY: readonly Outcome["state"][] = ["unchanged", "applied", "planned"];

/**
 * Works on all stacks, several at a time, each after those that it depends on. A failed stack blocks only those that depend on it.
 * @param atOnce maximum number at a time
 */
export async function inOrder(
  stacks: readonly Scheduled[],
  atOnce: number,
  work: (name: string) => Promise<Outcome>,
): Promise<ReadonlyMap<string, Outcome>> {
  const limit = pLimit(atOnce);
  const begun = new Map<string, Promise<Outcome>>();
  const begin = (name: string): Promise<Outcome> => {
    const known = begun.get(name);
    if (known !== undefined) return known;
    const needs = stacks.find((stack) => stack.name === name)?.needs ?? [];
    const awaited = needs.map(begin);
    const outcome = Promise.all(awaited).then((before) => {
      const because = needs.filter((_, index) => !READY.includes(before[index]?.state ?? "failed"));
      return because.length > 0 ? { state: "not-started" as const, because } : limit(() => work(name));
    });
    begun.set(name, outcome);
    return outcome;
  };
  const names = stacks.map(({ name }) => name);
  const all = names.map(begin);
  // If the work on one throws, the others still end in order.
  await Promise.allSettled(all);
  const outcomes = await Promise.all(all);
  return new Map(outcomes.map((outcome, index) => [must(names[index], "the name of a stack"), outcome]));
}

/**
 * The dependencies of each stack among the selected ones: the stacks that it reads, and for consumers the foundation of their
 * account, which they find only by name. Stacks are destroyed in the reverse order.
 */
export function deploymentOrder(
  stacks: readonly { readonly name: string; readonly dependencies: readonly string[] }[],
  foundationOf: (name: string) => readonly string[],
  destroy: boolean,
): readonly Scheduled[] {
  const names = stacks.map(({ name }) => name);
  const before = new Map(
    stacks.map(({ name, dependencies }) => [
      name,
      [...dependencies, ...foundationOf(name)].filter((other) => names.includes(other)),
    ]),
  );
  if (!destroy) return names.map((name) => ({ name, needs: before.get(name) ?? [] }));
  return names.map((name) => ({ name, needs: names.filter((other) => before.get(other)?.includes(name)) }));
}
