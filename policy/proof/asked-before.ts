import { byValue } from "@keyferry/common";
import type { Parties } from "./parties";
import type { AskedQuestion } from "./questions";

/** Which questions were already asked for some parties. Each function returns whether a question is new, and remembers it. */
export interface AskedBefore {
  /** With other values of the condition keys that are pinned. */
  readonly isNewValue: (question: AskedQuestion) => boolean;
  /** With other callers, or on other resources. */
  readonly isNewOther: (question: AskedQuestion) => boolean;
  /** With actions that are not needed. */
  readonly isNewAction: (question: AskedQuestion) => boolean;
  /** As above, for one role or one resource (`name`): one call is enough. */
  readonly isNewNeed: (name: string) => (question: AskedQuestion) => boolean;
}

/** The same for other resources, by one caller in one place. */
export interface AskedElsewhere {
  readonly isNew: (question: AskedQuestion) => boolean;
  /** Whether a list of questions is new for some parties; equal lists must be the same object. */
  readonly isNewRun: (parties: Parties) => (asked: readonly AskedQuestion[]) => boolean;
}

/** Remembers what was asked for which parties; for other resources, by caller and place. */
export function askedBefore() {
  return {
    of: byValue(({ keys }: Parties): AskedBefore => {
      const numberOf = ({ numberFor }: AskedQuestion) => numberFor(keys);
      return {
        isNewValue: once(numberOf),
        isNewOther: once(numberOf),
        isNewAction: once(numberOf),
        isNewNeed: byValue(() => once(({ need }) => need)),
      };
    }),
    elsewhere: byValue<string, (place: string) => AskedElsewhere>(() =>
      byValue(() => ({
        isNew: once(({ elsewhere }) => elsewhere),
        isNewRun: byValue(() => once((asked) => asked)),
      })),
    ),
  };
}

/** Whether the value of `telling` for an item is new. */
function once<T>(telling: (asked: T) => unknown): (asked: T) => boolean {
  const seen = new Set<unknown>();
  return (asked) => seen.size < seen.add(telling(asked)).size;
}
