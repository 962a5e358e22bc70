import { byValue } from "../../core/derived";
import { byQuestion } from "./by-question";
import type { ProofCall } from "./call";
import type { Numbering } from "./numbering";
import { serviceOf } from "./refuser";

/** Who was asked about already, by number: for calls that are alike in everything but who makes them on what. */
export interface AskedBefore {
  /** About other values of the condition keys that are pinned. */
  readonly values: Set<number>;
  /** About the same call by others, or on what belongs to others. */
  readonly others: Set<number>;
  /** About actions that are not needed. */
  readonly actions: Set<number>;
  /** About what belongs to others: callers by where the resource is. */
  readonly elsewhere: (place: string) => Set<number>;
}

/** What was asked about the like of a call. Calls that were made of one question need no look at their texts. */
export function askedBefore(numberOf: Numbering): (call: ProofCall) => AskedBefore {
  const sets = byValue<string, Set<number>>(() => new Set());
  const nested = byValue<string, AskedBefore["elsewhere"]>(() => byValue(() => new Set()));
  return byQuestion(({ request: { action, context }, pins }): AskedBefore => {
    const contextNumber = numberOf(JSON.stringify(context));
    const pinned = `${String(context["aws:RequestedRegion"])} ${pins.join()}`;
    return {
      values: sets(`values ${action} ${contextNumber}`),
      others: sets(`others ${action} ${contextNumber}`),
      actions: sets(`actions ${serviceOf(action)} ${pinned}`),
      elsewhere: nested(`${action} ${pinned}`),
    };
  });
}

/** Adds to a set; whether it was not there. */
export function isNewIn(set: Set<number>, number: number): boolean {
  return set.size < set.add(number).size;
}
