import type { CopyFate } from "../../../scripts/engine/copy";

/** Image states from which no copy comes back. Source: EC2 API reference, `Image.State`. */
const DEAD_STATES: ReadonlySet<string> = new Set(["failed", "error", "invalid", "deregistered"]);

/** How an image has ended; undefined while its copy is in progress. */
export function fateOf({ state }: { readonly state: string }): CopyFate | undefined {
  if (state === "available" || state === "disabled") return state;
  return DEAD_STATES.has(state) ? "dead" : undefined;
}

export function isDead(image: { readonly state: string }): boolean {
  return fateOf(image) === "dead";
}
