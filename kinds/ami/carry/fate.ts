import type { CopyFate } from "../../../scripts/engine/copy";

/** Image states that are final failures. Source: EC2 API reference, `Image.State`. */
const DEAD_STATES: ReadonlySet<string> = new Set(["failed", "error", "invalid"]);

/** How an image has ended; undefined while its copy is in progress. */
export function fateOf({ state }: { readonly state: string }): CopyFate | undefined {
  if (state === "available" || state === "disabled") return state;
  if (state === "deregistered") return "gone";
  return DEAD_STATES.has(state) ? "dead" : undefined;
}

/** Whether an image exists, or is being created. */
export function isThere(image: { readonly state: string }): boolean {
  const fate = fateOf(image);
  return fate !== "dead" && fate !== "gone";
}
